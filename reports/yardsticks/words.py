"""The yardsticks in words: the price of autodiff by execution, and how far the limit is."""

from __future__ import annotations

from typing import Literal

from reports.estimates.fastest import front_of
from reports.estimates.intervals import Estimate, exp
from reports.estimates.ratios import Summary
from reports.words.alike_words import on_device, way
from reports.words.clause import Clause, Compared
from reports.words.lead_words import in_dtype
from reports.words.names import visible
from reports.words.numbers import (
    TOO_FEW,
    is_too_wide,
    is_wide,
    ratio_text,
    shown_ratio,
    shown_seconds,
)
from reports.yardsticks.limit import ToLimit, is_limit, limit_of, to_limit
from reports.yardsticks.price import Price, prices_by_hand


def price_clauses(summary: Summary) -> tuple[Clause, ...]:
    """What autodiff costs, a clause for each arm by hand; none where no pair of arms shows it."""
    return tuple(
        _price_clause(summary, device, execution, prices)
        for (device, execution, _), prices in prices_by_hand(summary).items()
    )


def _price_clause(
    summary: Summary, device: str, execution: str | None, prices: tuple[Price, ...]
) -> Clause:
    hand = visible(summary.arms[prices[0].below].name, 40)
    told = ", ".join(_price_text(summary, price) for price in prices)
    if all(is_too_wide(price.ratio) for price in prices):
        told = TOO_FEW
    where = f"{on_device(summary, device)}, {way(execution)}"
    compared = tuple(
        Compared(price.above, price.below, price.ratio, costs(summary, price) == "more")
        for price in prices
    )
    text = f"The price of autodiff{where}, beside {hand}: {told}."
    return Clause("price", text, compared, device, execution)


def _price_text(summary: Summary, price: Price) -> str:
    name = visible(summary.arms[price.above].name, 40)
    if is_too_wide(price.ratio):
        return f"{name} ({TOO_FEW})"
    return f"{name} {ratio_text(price.ratio, 'times')}{_note(summary, price)}"


def _note(summary: Summary, price: Price) -> str:
    """What a price does not show."""
    low, high = price.ratio.low, price.ratio.high
    if low is None or high is None:
        return " (one block)"
    if costs(summary, price) == "more":
        return ""
    if costs(summary, price) == "less":
        return " (less than by hand)"
    return " (no cost is shown)" if low <= 1 <= high else " (identical arms may differ as much)"


def costs(summary: Summary, price: Price) -> Literal["more", "less"] | None:
    """Whether autodiff is shown to take more time than by hand, or less; None where neither."""
    low, high, reach = price.ratio.low, price.ratio.high, exp(summary.null_arm.bound(price.phase))
    if low is None or high is None or is_too_wide(price.ratio):
        return None
    return "more" if low > reach else "less" if high < 1 / reach else None


def limit_text(summary: Summary) -> str | None:
    """How far the limit is from the nearest arm and from the baseline; None where unknown."""
    base = summary.baseline
    limit = limit_of(summary, base.arm)
    found = [one for one in to_limit(summary) if one.limit == limit and one.same_dtype]
    found = [one for one in found if not is_limit(summary, summary.arms[one.arm].arm)]
    if limit is None or not found or not summary.null_arm.is_usable:
        return None
    cell = summary.cell(limit, "epoch")
    assert cell is not None
    assert cell.seconds is not None
    nearest = min(found, key=lambda one: one.ratio.value)
    others = [one for one in found if one.arm == base.arm.index and one is not nearest]
    role = _nearness(summary, found)
    told = [_distance(summary, nearest, role), *(_baseline(summary, one) for one in others)]
    return (
        f"The limit is {visible(summary.arms[limit].name, 60)}, a loop in native code written by "
        f"hand: {shown_seconds(cell.seconds)} an epoch; {' and '.join(told)}."
    )


def _nearness(summary: Summary, found: list[ToLimit]) -> str:
    """What the nearest arm is called: nearer than the others only where that is shown.

    The others are those of its dtype: one that computes in another does other work.
    """
    lead = front_of(summary, (one.arm for one in found), "epoch")
    role = "the nearest" if lead and lead.is_alone else "among the nearest"
    return role + in_dtype(summary, summary.baseline.arm.dtype)


def _distance(summary: Summary, one: ToLimit, role: str) -> str:
    name = visible(summary.arms[one.arm].name, 60)
    return f"{name}, {role}, takes {_times(one.ratio)}"


def _baseline(summary: Summary, one: ToLimit) -> str:
    name = visible(summary.arms[one.arm].name, 60)
    return f"{name}, the baseline, {_times(one.ratio)}"


def _times(ratio: Estimate) -> str:
    """``3.1 times as long``, with the interval where it is wide."""
    shown = shown_ratio(ratio)
    return f"{shown.text} times{shown.aside if is_wide(ratio) else ''} as long"
