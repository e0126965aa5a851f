"""Prices: what autodiff and what dispatch cost, each by two arms that differ in little else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from reports.findings.alike import by_calls
from reports.findings.arms import Arm
from reports.findings.document import Aside, Part, With, key, means
from reports.findings.intervals import Estimate, log_estimate
from reports.findings.terms import Blocks, Phase, Ratio

if TYPE_CHECKING:
    from reports.findings.findings import Findings

EAGER = "eager"
SHARED = With("framework", "differentiation", "execution", "device", "dtype", "python")
Best: TypeAlias = tuple[Arm, Arm]  # the first by autodiff, the first by hand that is like it
Way: TypeAlias = tuple[str, str | None, Arm]  # device, execution, arm by hand


class Price(Part, frozen=True, eq=False, kw_only=True):
    """One pair of arms in one phase."""

    above: Arm  # whose time is divided by the other's
    below: Arm
    phase: Phase
    ratio: Ratio
    """Time of the first divided by that of the second, paired inside blocks, without a unit."""
    null: Aside[float]  # the ratio up to which two identical arms may differ in this phase

    @key
    def n_blocks(self) -> Blocks:
        return self.ratio.n

    @property
    def shown(self) -> Literal["more", "less"] | None:
        """Whether the first is shown to take more time than the second, or less."""
        low, high = self.ratio.low, self.ratio.high
        if low is None or high is None:
            return None
        return "more" if low > self.null else "less" if high < 1 / self.null else None


class AutodiffPrice(Price, frozen=True, eq=False, kw_only=True):
    """One pair of arms in one phase."""

    called: ClassVar[Mapping[str, str]] = {"above": "autodiff", "below": "hand_written"}

    above: Annotated[Arm, means("Name of the arm with automatic derivatives."), SHARED]
    below: Arm
    """Name of the arm with a gradient by hand."""

    @property
    def cost(self) -> Literal["more", "less"] | None:
        """Whether autodiff is shown to take more time than by hand, or less."""
        return None if self.ratio.is_too_wide else self.shown


class DispatchPrice(Price, frozen=True, eq=False, kw_only=True):
    """One pair of arms in one phase."""

    called: ClassVar[Mapping[str, str]] = {"above": "compiled", "below": "eager"}

    above: Annotated[Arm, means("Name of the compiled arm."), SHARED]
    below: Arm
    """Name of the quickest eager arm of its engine."""


class AutodiffByHand(Part, frozen=True, eq=False):
    """The fastest autodiff arm of any framework against the fastest hand-written one.

    Both are of one device and dtype.
    """

    ratio: Ratio | None
    """Time of the one divided by that of the other, without a unit. Null where there is no
    number."""


def prices_of_autodiff(findings: Findings) -> tuple[AutodiffPrice, ...]:
    """Autodiff ÷ hand-written, for every pair of arms of one engine and one execution.

    Of the epoch, and of the gradient alone where both arms have it.
    """
    pairs = [
        (auto, hand)
        for auto in _timed(findings)
        for hand in _timed(findings)
        if auto.differentiation == "autodiff" and hand.differentiation == "hand-written"
        if _engine(auto) == _engine(hand) and auto.execution == hand.execution is not None
    ]
    return tuple(
        AutodiffPrice(
            above=auto, below=hand, phase=phase, ratio=ratio, null=findings.null_arm.factor(phase)
        )
        for auto, hand in pairs
        for phase in ("epoch", "gradient")
        if (ratio := _ratio(findings, auto, hand, phase))
    )


def prices_by_hand(prices: tuple[AutodiffPrice, ...]) -> dict[Way, tuple[AutodiffPrice, ...]]:
    """By device, execution and arm by hand: of every autodiff arm its epoch ÷ that arm's.

    Where an engine has several arms by hand, the one of the least time.
    """
    first: dict[Arm, AutodiffPrice] = {}
    for price in prices:  # from fast to slow, by hand too
        if price.phase == "epoch":
            first.setdefault(price.above, price)
    found: dict[Way, list[AutodiffPrice]] = {}
    for arm, price in first.items():
        found.setdefault((arm.device, arm.execution, price.below), []).append(price)
    ranked = sorted(found.items(), key=lambda group: by_calls(*group[0][:2]))
    return {way: tuple(prices) for way, prices in ranked}


def prices_of_dispatch(findings: Findings) -> tuple[DispatchPrice, ...]:
    """Compiled ÷ eager: every compiled arm against the eager one of least time of its engine.

    Both autodiff or both hand-written; the time is that of the epoch.
    """
    pairs = [
        (compiled, eager)
        for compiled in _timed(findings)
        if compiled.execution not in (EAGER, None)
        if (eager := _first_eager(findings, compiled))
    ]
    return tuple(
        DispatchPrice(
            above=compiled,
            below=eager,
            phase="epoch",
            ratio=ratio,
            null=findings.null_arm.factor("epoch"),
        )
        for compiled, eager in pairs
        if (ratio := _ratio(findings, compiled, eager, "epoch"))
    )


def _first_eager(findings: Findings, like: Arm) -> Arm | None:
    """The eager arm with the shortest epoch, of the engine and differentiation of ``like``."""
    for arm in _timed(findings):
        same = arm.differentiation == like.differentiation and _engine(arm) == _engine(like)
        if same and arm.execution == EAGER:
            return arm
    return None


def _timed(findings: Findings) -> list[Arm]:
    """The arms whose epoch has a number, from fast to slow."""
    return [cell.arm for cell in findings.timed("epoch") if cell.arm.framework]


def _engine(arm: Arm) -> tuple[str | None, str, str, str | None]:
    """What must be the same: framework, device, dtype and interpreter (hence version)."""
    return arm.framework, arm.device, arm.dtype, arm.python


def _ratio(findings: Findings, above: Arm, below: Arm, phase: str) -> Estimate | None:
    if phase not in findings.phases:
        return None
    return log_estimate(findings.log_ratios(above, below, phase))


def best_pair(findings: Findings) -> Best | None:
    """(first autodiff arm, first hand-written one of its device and dtype), None where none is."""
    autos, hands = (findings.timed(differentiation=kind) for kind in ("autodiff", "hand-written"))
    pairs = ((auto.arm, hand.arm) for auto in autos for hand in hands)
    return next((pair for pair in pairs if pair[0].place == pair[1].place), None)


def autodiff_by_hand(findings: Findings) -> AutodiffByHand:
    """What automatic derivatives cost across frameworks, in the main phase."""
    pair = findings.best
    return AutodiffByHand(log_estimate(findings.log_ratios(*pair)) if pair else None)
