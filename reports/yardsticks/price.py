"""Prices: what autodiff and what dispatch cost, each by two arms that differ in little else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reports.estimates.alike import by_calls
from reports.estimates.arms import ArmResult
from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Summary

EAGER = "eager"
Way: TypeAlias = tuple[str, str | None, int]  # device, execution, arm by hand


@dataclass(frozen=True)
class Price:
    """The time of arm ``above`` ÷ that of arm ``below`` in one phase, paired by block."""

    above: int
    below: int
    phase: str
    ratio: Estimate


def prices_of_autodiff(summary: Summary) -> tuple[Price, ...]:
    """Autodiff ÷ hand-written, for every pair of arms of one engine and one execution.

    Of the epoch, and of the gradient alone where both arms have it.
    """
    pairs = [
        (auto, hand)
        for auto in _timed(summary)
        for hand in _timed(summary)
        if auto.differentiation == "autodiff" and hand.differentiation == "hand-written"
        if _engine(auto) == _engine(hand) and auto.execution == hand.execution is not None
    ]
    found = (_price(summary, *pair, phase) for pair in pairs for phase in ("epoch", "gradient"))
    return tuple(price for price in found if price)


def prices_by_hand(summary: Summary) -> dict[Way, tuple[Price, ...]]:
    """By device, execution and arm by hand: of every autodiff arm its epoch ÷ that arm's.

    Where an engine has several arms by hand, the one of the least time.
    """
    first: dict[int, Price] = {}
    for price in prices_of_autodiff(summary):  # from fast to slow, by hand too
        if price.phase == "epoch":
            first.setdefault(price.above, price)
    found: dict[Way, list[Price]] = {}
    for price in first.values():
        arm = summary.arms[price.above]
        found.setdefault((arm.arm.device, arm.execution, price.below), []).append(price)
    ranked = sorted(found.items(), key=lambda group: by_calls(*group[0][:2]))
    return {key: tuple(prices) for key, prices in ranked}


def prices_of_dispatch(summary: Summary) -> tuple[Price, ...]:
    """Compiled ÷ eager: every compiled arm against the eager one of least time of its engine.

    Both autodiff or both hand-written; the time is that of the epoch.
    """
    found = []
    for compiled in _timed(summary):
        eager = first_eager(summary, compiled)
        if eager and compiled.execution not in (EAGER, None):
            found.append(_price(summary, compiled, eager, "epoch"))
    return tuple(price for price in found if price)


def first_eager(summary: Summary, like: ArmResult) -> ArmResult | None:
    """The eager arm with the shortest epoch, of the engine and differentiation of ``like``."""
    for arm in _timed(summary):
        same = arm.differentiation == like.differentiation and _engine(arm) == _engine(like)
        if same and arm.execution == EAGER:
            return arm
    return None


def _timed(summary: Summary) -> list[ArmResult]:
    """The arms whose epoch has a number, from fast to slow, null arms left out."""
    cells = [cell for cell in summary.ranked("epoch") if cell.seconds]
    arms = [summary.arms[cell.arm] for cell in cells]
    return [arm for arm in arms if not arm.is_null and arm.framework]


def _engine(arm: ArmResult) -> tuple[str | None, str, str, str | None]:
    """What must be the same: framework, device, dtype and interpreter (hence version)."""
    return arm.framework, arm.arm.device, arm.arm.dtype, arm.arm.python


def _price(summary: Summary, above: ArmResult, below: ArmResult, phase: str) -> Price | None:
    if phase not in summary.phases:
        return None
    ratio = log_estimate(summary.log_ratios(above.arm.index, below.arm.index, phase))
    return Price(above.arm.index, below.arm.index, phase, ratio) if ratio else None
