"""The yardsticks in words: the price of autodiff by execution, and how far the limit is."""

from __future__ import annotations

from typing import Literal

from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.limit import Limit, ToLimit
from reports.findings.price import AutodiffPrice
from reports.text.alike import on_device, way
from reports.text.clause import Clause, compared
from reports.text.lead import in_dtype
from reports.text.names import visible
from reports.text.numbers import (
    TOO_FEW,
    is_too_wide,
    is_wide,
    ratio_text,
    shown_ratio,
    shown_seconds,
)


def price_clauses(findings: Findings) -> tuple[Clause, ...]:
    """What autodiff costs, a clause for each arm by hand; none where no pair of arms shows it."""
    return tuple(
        _price_clause(findings, device, execution, prices)
        for (device, execution, _), prices in findings.yardsticks.prices_by_hand.items()
    )


def _price_clause(
    findings: Findings, device: str, execution: str | None, prices: tuple[AutodiffPrice, ...]
) -> Clause:
    hand = visible(prices[0].below.name, 40)
    told = ", ".join(_price_text(findings, price) for price in prices)
    if all(is_too_wide(price.ratio) for price in prices):
        told = TOO_FEW
    where = f"{on_device(findings, device)}, {way(execution)}"
    arms = tuple(
        compared(findings, one.above, one.below, one.ratio, costs(findings, one) == "more")
        for one in prices
    )
    text = f"The price of autodiff{where}, beside {hand}: {told}."
    return Clause("price", text, arms, device, execution)


def _price_text(findings: Findings, price: AutodiffPrice) -> str:
    name = visible(price.above.name, 40)
    if is_too_wide(price.ratio):
        return f"{name} ({TOO_FEW})"
    return f"{name} {ratio_text(price.ratio, 'times')}{_note(findings, price)}"


def _note(findings: Findings, price: AutodiffPrice) -> str:
    """What a price does not show."""
    low, high = price.ratio.low, price.ratio.high
    if low is None or high is None:
        return " (one block)"
    if costs(findings, price) == "more":
        return ""
    if costs(findings, price) == "less":
        return " (less than by hand)"
    return " (no cost is shown)" if low <= 1 <= high else " (identical arms may differ as much)"


def costs(findings: Findings, price: AutodiffPrice) -> Literal["more", "less"] | None:
    """Whether autodiff is shown to take more time than by hand, or less; None where neither."""
    low, high, reach = price.ratio.low, price.ratio.high, findings.null_arm.factor(price.phase)
    if low is None or high is None or is_too_wide(price.ratio):
        return None
    return "more" if low > reach else "less" if high < 1 / reach else None


def limit_text(findings: Findings) -> str | None:
    """How far the limit is from the nearest arm and from the baseline; None where unknown."""
    limit = findings.limit
    nearest = limit.nearest if limit else None
    if limit is None or nearest is None or not findings.null_arm.is_usable:
        return None
    others = [one for one in limit.others if one.arm is findings.baseline and one is not nearest]
    role = _nearness(findings, limit)
    told = [_distance(nearest, role), *(_baseline(one) for one in others)]
    return (
        f"The limit is {visible(limit.arm.name, 60)}, a loop in native code written by "
        f"hand: {shown_seconds(limit.seconds)} an epoch; {' and '.join(told)}."
    )


def _nearness(findings: Findings, limit: Limit) -> str:
    """What the nearest arm is called: nearer than the others only where that is shown.

    The others are those of its dtype: one that computes in another does other work.
    """
    role = "the nearest" if limit.front and limit.front.is_alone else "among the nearest"
    return role + in_dtype(findings, findings.baseline.dtype)


def _distance(one: ToLimit, role: str) -> str:
    name = visible(one.arm.name, 60)
    return f"{name}, {role}, takes {_times(one.ratio)}"


def _baseline(one: ToLimit) -> str:
    name = visible(one.arm.name, 60)
    return f"{name}, the baseline, {_times(one.ratio)}"


def _times(ratio: Estimate) -> str:
    """``3.1 times as long``, with the interval where it is wide."""
    shown = shown_ratio(ratio)
    return f"{shown.text} times{shown.aside if is_wide(ratio) else ''} as long"
