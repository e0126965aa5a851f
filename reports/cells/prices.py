"""Prices: what autodiff and what dispatch cost, in cells.json."""

from __future__ import annotations

from typing import Any

from reports.cells.terms import (
    Blocks,
    Device,
    Differentiation,
    Dtype,
    Execution,
    Framework,
    Interpreter,
    Phase,
    Ratio,
)
from reports.document import Part
from reports.estimates.ratios import Summary
from reports.words.by_hand import autodiff_ratio
from reports.yardsticks.price import Price


class AutodiffPrice(Part, frozen=True):
    """One pair of arms in one phase."""

    autodiff: str
    """Name of the arm with automatic derivatives."""
    hand_written: str
    """Name of the arm with a gradient by hand."""
    framework: Framework
    differentiation: Differentiation
    execution: Execution
    device: Device
    dtype: Dtype
    python: Interpreter
    phase: Phase
    n_blocks: Blocks
    ratio: Ratio
    """Time of the first divided by that of the second, paired inside blocks, without a unit."""


class DispatchPrice(Part, frozen=True):
    """One pair of arms in one phase."""

    compiled: str
    """Name of the compiled arm."""
    eager: str
    """Name of the quickest eager arm of its engine."""
    framework: Framework
    differentiation: Differentiation
    execution: Execution
    device: Device
    dtype: Dtype
    python: Interpreter
    phase: Phase
    n_blocks: Blocks
    ratio: Ratio
    """Time of the first divided by that of the second, paired inside blocks, without a unit."""


class AutodiffByHand(Part, frozen=True):
    """The fastest autodiff arm of any framework against the fastest hand-written one.

    Both are of one device and dtype.
    """

    ratio: Ratio | None
    """Time of the one divided by that of the other, without a unit. Null where there is no
    number."""


def of_autodiff(summary: Summary, one: Price) -> AutodiffPrice:
    """The price of automatic derivatives in a pair of arms."""
    above, below = summary.arms[one.above].name, summary.arms[one.below].name
    return AutodiffPrice(autodiff=above, hand_written=below, **_shared(summary, one))


def of_dispatch(summary: Summary, one: Price) -> DispatchPrice:
    """The price of dispatch in a pair of arms."""
    above, below = summary.arms[one.above].name, summary.arms[one.below].name
    return DispatchPrice(compiled=above, eager=below, **_shared(summary, one))


def _shared(summary: Summary, one: Price) -> dict[str, Any]:
    """What the two arms of a pair have in common, and how they compare."""
    above = summary.arms[one.above]
    return {
        "framework": above.framework,
        "differentiation": above.differentiation,
        "execution": above.execution,
        "device": above.arm.device,
        "dtype": above.arm.dtype,
        "python": above.arm.python,
        "phase": one.phase,
        "n_blocks": one.ratio.n,
        "ratio": one.ratio,
    }


def autodiff_by_hand(summary: Summary) -> AutodiffByHand:
    """What automatic derivatives cost across frameworks."""
    return AutodiffByHand(autodiff_ratio(summary))
