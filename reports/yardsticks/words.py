"""The yardsticks in words: at most two sentences for the terminal, and those of the page."""

from __future__ import annotations

from reports.estimates.intervals import Estimate
from reports.estimates.ratios import Summary
from reports.words.names import visible
from reports.words.numbers import is_wide, shown_ratio, shown_seconds
from reports.yardsticks.limit import LIMIT, ToLimit, limit_of, to_limit
from reports.yardsticks.price import Price, prices_of_autodiff

MOST_NAMED = 3


def price_text(summary: Summary) -> str | None:
    """The price of autodiff by framework; None where no pair of arms shows it or none may."""
    told = [_told(summary, price) for price in _one_a_framework(summary)]
    if not told or not summary.null_arm.is_usable:
        return None
    more = f"; and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    listed = "; ".join(told[:MOST_NAMED]) + more
    return f"Price of autodiff, an engine's epoch ÷ its epoch by hand: {listed}."


def _one_a_framework(summary: Summary) -> list[Price]:
    """Of each framework, device and dtype the pair whose autodiff arm is quickest."""
    found: dict[tuple[str | None, str, str], Price] = {}
    for price in prices_of_autodiff(summary):  # from quick to slow
        arm = summary.arms[price.above]
        if price.phase == "epoch":
            found.setdefault((arm.framework, arm.arm.device, arm.arm.dtype), price)
    return list(found.values())


def _told(summary: Summary, price: Price) -> str:
    above, below = (summary.arms[arm] for arm in (price.above, price.below))
    shown = shown_ratio(price.ratio)
    interval = f" {shown.interval}" if shown.interval else ""
    names = f"{visible(above.name, 40)} ÷ {visible(below.name, 40)}"
    return f"{visible(above.framework or '', 40)} {shown.text}{interval} ({names})"


def limit_text(summary: Summary) -> str | None:
    """How far the limit is from the nearest arm and from the baseline; None where unknown."""
    base = summary.baseline
    limit = limit_of(summary, base.arm)
    found = [one for one in to_limit(summary) if one.limit == limit and one.same_dtype]
    found = [one for one in found if summary.arms[one.arm].arm.backend != LIMIT]
    if limit is None or not found or not summary.null_arm.is_usable:
        return None
    cell = summary.cell(limit, "epoch")
    assert cell is not None
    assert cell.seconds is not None
    nearest = min(found, key=lambda one: one.ratio.value)
    others = [one for one in found if one.arm == base.arm.index and one is not nearest]
    told = [_distance(summary, nearest, "the nearest"), *(_baseline(summary, o) for o in others)]
    return (
        f"The limit is {visible(summary.arms[limit].name, 60)}, a loop in native code written by "
        f"hand: {shown_seconds(cell.seconds)} an epoch; {' and '.join(told)}."
    )


def _distance(summary: Summary, one: ToLimit, role: str) -> str:
    name = visible(summary.arms[one.arm].name, 60)
    return f"{name}, {role}, takes {_times(one.ratio)} as long"


def _baseline(summary: Summary, one: ToLimit) -> str:
    name = visible(summary.arms[one.arm].name, 60)
    return f"{name}, the baseline, {_times(one.ratio)}"


def _times(ratio: Estimate) -> str:
    """``3.1 times``, with the interval where it is wide."""
    shown = shown_ratio(ratio)
    return f"{shown.text} times" + (f" {shown.interval}" if is_wide(ratio) else "")
