"""Cells: every arm in every phase, in cells.json and in cells.csv."""

from __future__ import annotations

from reports.cells.terms import (
    ArmName,
    Count,
    Device,
    Differentiation,
    Dtype,
    Execution,
    FailedCheck,
    Framework,
    Interpreter,
    Phase,
    Ratio,
    Reason,
    Seconds,
    Status,
)
from reports.document import Part
from reports.estimates import ratios
from reports.estimates.intervals import Verdict
from reports.estimates.ratios import Summary


class Cell(Part, frozen=True):
    """One arm in one phase at one size."""

    arm: ArmName
    backend: str
    """The backend that the arm uses: its name, or module:Class."""
    framework: Framework
    framework_version: str | None
    """The framework's version, as its processes said. Null where none said it."""
    differentiation: Differentiation
    execution: Execution
    device: Device
    dtype: Dtype
    python: Interpreter
    baseline: str
    """Name of the arm that the ratio is to."""
    phase: Phase
    """What was timed. Cold phases (import, prepare, first_epoch; of what is not trained
    first_gradient) are once a process. update is step less gradient, rest is epoch less data_iter
    less step, both block by block."""
    status: Status
    reason: Reason
    failed_check: FailedCheck
    n_blocks: Count
    """Blocks that the number comes from."""
    seconds: Seconds | None
    """Time: exp of the mean over blocks of the log of a process's median, in seconds an epoch
    (train: a training; full_gradient and loss: a call; cold phases: once). Where problem.steps is a
    number, an epoch is its first so many minibatches only. Null where there is no number."""
    ratio: Ratio | None
    """Time divided by the baseline's, paired inside blocks, without a unit; 1 for a baseline. Null
    where there is no number."""
    verdict: Verdict | None
    """Verdict against the margin. Null for a baseline, without a ratio, and where the evidence is
    unusable."""
    mde: float | None
    """Smallest true ratio that would have been called slower four times in five, without a unit.
    Null with fewer than two blocks, for a baseline and without a ratio."""
    overhead_seconds: float | None
    """The harness's own share of the time, in the unit of seconds. It is not subtracted. Null where
    it is not known."""
    overhead_share: float | None
    """The same as a fraction of seconds, without a unit."""
    extra_memory_bytes: float | None
    """Resident memory that one warm call took at its peak beyond what its process held before, in
    bytes: the median over processes. Null where nothing told it."""
    is_baseline: bool
    """Whether the arm is what the arms of its dtype are compared with."""
    is_null: bool
    """Whether the arm repeats another, to show what two identical things differ by."""


def cells(summary: Summary) -> tuple[Cell, ...]:
    """Every cell of a size."""
    return tuple(_cell(summary, one) for one in summary.cells)


def _cell(summary: Summary, one: ratios.Cell) -> Cell:
    arm = summary.arms[one.arm]
    return Cell(
        **arm.identity,
        baseline=summary.baseline_of(one.arm).name,
        phase=one.phase,
        status=one.status,
        reason=one.reason,
        failed_check=one.failed_check,
        n_blocks=one.n_blocks,
        seconds=one.seconds,
        ratio=one.ratio,
        verdict=one.verdict,
        mde=one.mde,
        overhead_seconds=one.overhead.seconds if one.overhead else None,
        overhead_share=one.overhead.share if one.overhead else None,
        extra_memory_bytes=one.extra_memory_bytes,
        is_baseline=summary.is_baseline(one.arm),
        is_null=arm.is_null,
    )
