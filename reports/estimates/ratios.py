"""Ratios: every cell of a run with its interval and verdict, from the raw samples.

Per process the median of its rounds; per cell exp of the mean over blocks of their logs; the
ratio to the arm's baseline pairs both arms of a block. Rounds are never pooled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reports.estimates.arms import MISSING, ArmResult, Standing, arm_results
from reports.estimates.baseline import baselines
from reports.estimates.break_even import BreakEven, break_even
from reports.estimates.disturbed import too_disturbed
from reports.estimates.intervals import (
    Bar,
    Estimate,
    Floats,
    Verdict,
    detectable,
    linear_estimate,
    log_estimate,
    verdict,
)
from reports.estimates.memory import extra_memory_bytes
from reports.estimates.null_arm import Judgement, judge
from reports.estimates.overhead import Overhead, overhead
from runfiles.phases import REPEATED
from runfiles.run import Run

CLOCK = 1e-9  # seconds; a cold phase too short for the clock counts as this


@dataclass(frozen=True)
class Cell:
    """One arm in one phase. Seconds an epoch; ``train`` a training; cold phases once."""

    arm: int
    phase: str
    status: Standing
    reason: str | None
    failed_check: str | None
    n_blocks: int
    seconds: Estimate | None = None
    ratio: Estimate | None = None
    verdict: Verdict | None = None  # None also where the run's evidence is unusable
    mde: float | None = None
    overhead: Overhead | None = None
    extra_memory_bytes: float | None = None  # that one warm call takes, where it was told


@dataclass(frozen=True, eq=False)
class Summary:
    """A run and everything computed from it."""

    run: Run
    arms: tuple[ArmResult, ...]
    phases: tuple[str, ...]
    logs: Floats  # (arms, phases, blocks): log of a process's median seconds, NaN where none
    cells: tuple[Cell, ...]
    null_arm: Judgement
    break_even: tuple[BreakEven | None, ...]  # one an arm, None where there is none to have
    baselines: tuple[int, ...]  # one an arm: the index of the arm that its ratios are to
    sizes: tuple[Summary, ...] = ()  # of the run's other sizes
    problems: tuple[Summary, ...] = ()  # of the run's further problems, each with its sizes

    @property
    def cases(self) -> tuple[Summary, ...]:
        """Every problem at every size, the run's own first."""
        return (self, *self.sizes, *(case for one in self.problems for case in one.cases))

    @property
    def baseline(self) -> ArmResult:
        """The plan's baseline, which all ratios of its dtype are to."""
        return self.arms[self.run.plan.baseline]

    def baseline_of(self, arm: int) -> ArmResult:
        """The arm that ``arm`` is compared with."""
        return self.arms[self.baselines[arm]]

    def is_baseline(self, arm: int) -> bool:
        """Whether ``arm`` is what the arms of its dtype are compared with."""
        return self.baselines[arm] == arm

    @property
    def main_phase(self) -> str:
        """The phase a reader asks for first: ``epoch`` where it was timed.

        Of what is not trained the gradient.
        """
        first = "epoch" if self.run.plan.problem.trained else "gradient"
        return first if first in self.phases else self.phases[0]

    @property
    def others(self) -> tuple[ArmResult, ...]:
        """The arms without null arms."""
        return tuple(arm for arm in self.arms if not arm.is_null)

    @property
    def n_missing(self) -> int:
        """Planned processes that never ran, though nothing was wrong with their arm."""
        return sum(arm.n_missing for arm in self.arms if not arm.n_failed)

    def cell(self, arm: int, phase: str) -> Cell | None:
        """The cell of ``arm`` in ``phase``, None where the plan has no such phase."""
        return self._places.get((arm, phase))

    @cached_property
    def _places(self) -> dict[tuple[int, str], Cell]:
        return {(cell.arm, cell.phase): cell for cell in self.cells}

    def ranked(self, phase: str) -> tuple[Cell, ...]:
        """The cells of ``phase``: timed ones from fast to slow, then the others as planned."""
        column = [cell for cell in self.cells if cell.phase == phase]
        return tuple(sorted(column, key=lambda c: c.seconds.value if c.seconds else np.inf))

    def verdict(self, cell: Cell) -> str:
        """The cell's verdict, ``unusable`` where the run lets none stand, ``""`` if it has none."""
        judgeable = cell.ratio is not None and not self.is_baseline(cell.arm)
        return cell.verdict or ("unusable" if judgeable and not self.null_arm.is_usable else "")

    def bar(self, phase: str) -> Bar:
        """What a claim about a ratio of two arms in ``phase`` must clear."""
        return Bar(self.run.plan.margin, self.null_arm.bound(phase))

    def log_ratios(self, above: int, below: int, phase: str) -> Floats:
        """log(arm ``above`` ÷ arm ``below``) in each block, (blocks,)."""
        column = self.logs[:, self.phases.index(phase)]
        return np.asarray(column[above] - column[below])

    def log_phases(self, arm: int, above: str, below: str) -> Floats:
        """log(phase ``above`` ÷ phase ``below``) of one arm in each block, (blocks,)."""
        row = self.logs[arm]
        return np.asarray(row[self.phases.index(above)] - row[self.phases.index(below)])

    def to_baseline(self, arm: int, phase: str) -> Floats:
        """log(``arm`` ÷ its baseline) in each block, (blocks,)."""
        return self.log_ratios(arm, self.baselines[arm], phase)


def summarize(run: Run) -> Summary:
    """Cells, the null arm's judgement and the break-even epochs of ``run``, in all its cases."""
    arms = arm_results(run)
    phases = tuple(phase for phase in REPEATED if phase in run.plan.phases)
    phases += run.plan.problem.cold
    logs = log_medians(run, arms, phases)
    to = baselines(run.plan)
    ratios = logs - logs[list(to)]
    null = judge(run.plan.arms, run.plan.baseline, phases, logs, run.plan.margin)
    null = replace(null, disturbed=too_disturbed(run, arms))
    bars = {phase: Bar(run.plan.margin, null.bound(phase)) for phase in phases}
    cells = [
        _cell(run, arms[a], phase, logs[a, p], None if a == to[a] else ratios[a, p], bars[phase])
        for a in range(len(arms))
        for p, phase in enumerate(phases)
    ]
    cells += [cell for arm in arms for cell in _derived_cells(arm, phases, logs[arm.arm.index])]
    even = tuple(
        None if arm.is_null else break_even(a, to[a], phases, logs, bars)
        for a, arm in enumerate(arms)
    )
    if not null.is_usable:  # a verdict would be a claim, and so would a break-even
        cells, even = [replace(cell, verdict=None) for cell in cells], (None,) * len(arms)
    sizes = tuple(summarize(size) for size in run.sizes)
    problems = tuple(summarize(problem) for problem in run.problems)
    return Summary(run, arms, phases, logs, tuple(cells), null, even, to, sizes, problems)


def log_medians(run: Run, arms: tuple[ArmResult, ...], phases: tuple[str, ...]) -> Floats:
    """(arms, phases, blocks): the log of each process's median; a failed arm has none."""
    logs = np.full((len(arms), len(phases), len(run.plan.blocks)), np.nan)
    for process in run.processes:
        if process.status != "ok" or arms[process.arm].status != "ok":
            continue
        seconds = {name: float(np.median(s.seconds)) for name, s in process.phases.items()}
        seconds |= {name: max(cold, CLOCK) for name, cold in process.cold.items()}
        for p, phase in enumerate(phases):
            if phase in seconds:
                logs[process.arm, p, process.block] = np.log(seconds[phase])
    return logs


def _cell(
    run: Run, arm: ArmResult, phase: str, logs: Floats, ratios: Floats | None, bar: Bar
) -> Cell:
    index, seconds = arm.arm.index, log_estimate(logs)
    if seconds is None:
        status, reason = _absence(run, arm, phase)
        return Cell(index, phase, status, reason, arm.failed_check, 0)
    given = Cell(index, phase, "ok", arm.reason, None, seconds.n, seconds)
    memory = extra_memory_bytes(run, index, phase)
    harness = overhead(run, index, phase, seconds.value)
    given = replace(given, overhead=harness, extra_memory_bytes=memory)
    if ratios is None:
        return replace(given, ratio=Estimate(1.0, None, None, seconds.n))
    ratio = log_estimate(ratios)
    if ratio is None:
        return given
    return replace(given, ratio=ratio, verdict=verdict(ratios, bar), mde=detectable(ratios, bar))


def _absence(run: Run, arm: ArmResult, phase: str) -> tuple[Standing, str]:
    """(status, reason) of a cell without a number."""
    if arm.status != "ok":
        return arm.status, arm.reason or "no reason was given"
    said = (process.absent.get(phase) for process in run.by_arm.get(arm.arm.index, ()))
    reason = next((reason for reason in said if reason), None)
    return ("unsupported", reason) if reason else (MISSING, "no process reported this phase")


def _derived_cells(arm: ArmResult, phases: tuple[str, ...], logs: Floats) -> list[Cell]:
    """``update = step - gradient`` and ``rest = epoch - data_iter - step`` of one arm."""
    if not {"data_iter", "gradient", "step", "epoch"} <= set(phases):
        return []
    seconds = {phase: np.exp(logs[p]) for p, phase in enumerate(phases)}
    update = seconds["step"] - seconds["gradient"]
    rest = seconds["epoch"] - seconds["data_iter"] - seconds["step"]
    return [_derived(arm, "update", update), _derived(arm, "rest", rest)]


def _derived(arm: ArmResult, phase: str, differences: Floats) -> Cell:
    index, seconds = arm.arm.index, linear_estimate(differences)
    if seconds is None:
        status: Standing = arm.status if arm.status != "ok" else "unsupported"
        reason = arm.reason if arm.status != "ok" else "its epoch is not taken apart"
        return Cell(index, phase, status, reason, arm.failed_check, 0)
    negative = "a difference of two times, here within their noise or below 0"
    touches = seconds.value < 0 or (seconds.low is not None and seconds.low < 0)
    return Cell(index, phase, "ok", negative if touches else None, None, seconds.n, seconds)
