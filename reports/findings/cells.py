"""Cells: every arm in every phase, with its time, its ratio to the baseline and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from msgspec.structs import replace

from reports.findings.arms import Arm
from reports.findings.blocks import median
from reports.findings.document import Aside, Part, With, key, means
from reports.findings.intervals import (
    Bar,
    Column,
    Floats,
    Verdict,
    detectable,
    linear_estimate,
    log_estimate,
    unity,
    verdict,
)
from reports.findings.machines import Machines
from reports.findings.overhead import Overhead, overhead
from reports.findings.terms import (
    MISSING,
    Count,
    FailedCheck,
    Phase,
    Ratio,
    Reason,
    Seconds,
    Standing,
    Status,
)
from runfiles.records import Process
from runfiles.run import Run

NEGATIVE = "a difference of two times, here within their noise or below 0"
NOT_APART = "its epoch is not taken apart"
IDENTITY = With(
    *("backend", "framework", "framework_version", "differentiation", "execution"),
    *("device", "dtype", "python"),
)


class Cell(Part, frozen=True, eq=False, kw_only=True):
    """One arm in one phase at one size."""

    arm: Annotated[Arm, means("The arm's name."), IDENTITY]
    baseline: Arm
    """Name of the arm that the ratio is to."""
    phase: Phase
    """What was timed. Cold phases (import, prepare, first_epoch; of what is not trained
    first_gradient) are once a process. update is step less gradient, rest is epoch less data_iter
    less step, both block by block."""
    status: Status
    reason: Reason
    failed_check: FailedCheck = None
    n_blocks: Count = 0
    """Blocks in which the arm has a time, of several machines on all of them. A ratio comes from
    those that its baseline has too, seconds from those of the machine whose seconds are told."""
    seconds: Seconds | None = None
    """Time: exp of the mean over blocks of the log of a process's median, in seconds an epoch
    (train: a training; full_gradient and loss: a call; cold phases: once). Where problem.steps is a
    number, an epoch is its first so many minibatches only. Of several machines the time on one:
    that of machines whose has_seconds is true. Null where there is no number, and where only other
    machines have one: then status is ok, reason says so, and ratio and verdict are theirs."""
    ratio: Ratio | None = None
    """Time divided by the baseline's, paired inside blocks, without a unit; 1 for a baseline. Of
    several machines the mean over them, weighted alike. Null where there is no number."""
    verdict: Verdict | None = None
    """Verdict against the margin. Null for a baseline, without a ratio, and where the evidence is
    unusable."""
    mde: float | None = None
    """Smallest true ratio that would have been called slower four times in five, without a unit.
    Null with fewer than two blocks, for a baseline and without a ratio."""
    overhead: Aside[Overhead | None] = None
    memory: Aside[float | None] = None  # in bytes
    logs: Aside[Floats]  # ([machines,] blocks): log of a process's median seconds, NaN where none

    @key
    def overhead_seconds(self) -> float | None:
        """The harness's own share of the time, in the unit of seconds. It is not subtracted. Null
        where it is not known.
        """
        return self.overhead.seconds if self.overhead else None

    @key
    def overhead_share(self) -> float | None:
        """The same as a fraction of seconds, without a unit."""
        return self.overhead.share if self.overhead else None

    @key
    def extra_memory_bytes(self) -> float | None:
        """Resident memory that one warm call took at its peak beyond what its process held before,
        in bytes: the median over processes. Null where nothing told it.
        """
        return self.memory

    @key
    def is_baseline(self) -> bool:
        """Whether the arm is what the arms of its dtype are compared with."""
        return self.baseline is self.arm

    @key
    def is_null(self) -> bool:
        """Whether the arm repeats another, to show what two identical things differ by."""
        return self.arm.is_null


def cells_of(
    run: Run,
    arms: tuple[Arm, ...],
    baselines: tuple[int, ...],
    columns: tuple[Column, ...],
    machines: Machines,
) -> tuple[Cell, ...]:
    """Every cell of ``arms``, arm by arm, then those that are differences of others."""
    pairs = [(arm, arms[baselines[arm.index]]) for arm in arms]
    found = [_cell(run, *pair, column, machines) for pair in pairs for column in columns]
    return (*found, *(cell for pair in pairs for cell in _differences(*pair, columns, machines)))


def _cell(run: Run, arm: Arm, baseline: Arm, column: Column, machines: Machines) -> Cell:
    logs, phase = column.logs[arm.index], column.phase
    seconds = log_estimate(machines.there(logs))
    given = Cell(
        arm=arm, baseline=baseline, phase=phase, status="ok", reason=arm.reason, logs=logs,
        seconds=seconds,
    )  # fmt: skip
    if np.isnan(logs).all():
        status, reason = _absence(run, arm, phase)
        return replace(given, status=status, reason=reason, failed_check=arm.failed_check)
    mine = machines.told_of(run.by_arm.get(arm.index, ()))
    timed = replace(
        given,
        reason=arm.reason if seconds else _elsewhere(machines),
        n_blocks=int(np.sum(~np.isnan(logs))),
        overhead=overhead(mine, phase, seconds.value) if seconds else None,
        memory=_extra_memory_bytes(mine, phase),
    )
    return _compared(timed, logs - column.logs[baseline.index], column.bar)


def _compared(cell: Cell, log_ratios: Floats, bar: Bar) -> Cell:
    """``cell`` beside its baseline, in as many blocks as both have."""
    if cell.is_baseline:
        return replace(cell, ratio=unity(cell.n_blocks))
    ratio = log_estimate(log_ratios)
    if ratio is None:
        return cell
    called, mde = verdict(log_ratios, bar), detectable(log_ratios, bar)
    return replace(cell, ratio=ratio, verdict=called, mde=mde)


def _absence(run: Run, arm: Arm, phase: str) -> tuple[Standing, str]:
    """(status, reason) of a cell without a number."""
    if arm.status != "ok":
        return arm.status, arm.reason or "no reason was given"
    said = (process.absent.get(phase) for process in run.by_arm.get(arm.index, ()))
    reason = next((reason for reason in said if reason), None)
    return ("unsupported", reason) if reason else (MISSING, "no process reported this phase")


def _elsewhere(machines: Machines) -> str:
    """Why one has no seconds that only other machines have a number of."""
    return f"machine {machines.told + 1}, whose seconds are shown, has no time of it"


def _extra_memory_bytes(processes: Iterable[Process], phase: str) -> float | None:
    """The median over the processes of a cell that told it, None where none did."""
    mine = (process.phases.get(phase) for process in processes)
    return median(series.extra_memory_bytes for series in mine if series)


def _differences(
    arm: Arm, baseline: Arm, columns: tuple[Column, ...], machines: Machines
) -> list[Cell]:
    """``update = step - gradient`` and ``rest = epoch - data_iter - step`` of one arm."""
    own = ((column.phase, machines.there(column.logs[arm.index])) for column in columns)
    seconds = {phase: np.exp(logs) for phase, logs in own}
    if not {"data_iter", "gradient", "step", "epoch"} <= set(seconds):
        return []
    update = seconds["step"] - seconds["gradient"]
    rest = seconds["epoch"] - seconds["data_iter"] - seconds["step"]
    return [_difference(arm, baseline, "update", update), _difference(arm, baseline, "rest", rest)]


def _difference(arm: Arm, baseline: Arm, phase: str, differences: Floats) -> Cell:
    """A cell without logs: what may be below 0 has none, and no ratio."""
    seconds, nowhere = linear_estimate(differences), np.full_like(differences, np.nan)
    given = Cell(
        arm=arm, baseline=baseline, phase=phase, status="ok", reason=None, logs=nowhere,
        seconds=seconds,
    )  # fmt: skip
    if seconds is not None:
        touches = seconds.value < 0 or (seconds.low is not None and seconds.low < 0)
        return replace(given, n_blocks=seconds.n, reason=NEGATIVE if touches else None)
    lacking = (arm.status, arm.reason) if arm.status != "ok" else ("unsupported", NOT_APART)
    return replace(given, status=lacking[0], reason=lacking[1], failed_check=arm.failed_check)
