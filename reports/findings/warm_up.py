"""The warm-up: the first calls of every arm ÷ the steady time of the same process."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.document import Part
from reports.findings.terms import Count
from runfiles.records import Process

MOST_ROUNDS = 7  # warm-up rounds told; later ones are steady or never will be


class Call(Part, frozen=True, eq=False):
    """One call, as the median over blocks."""

    round: Count
    """0 for the first epoch of a fresh process, 1 and on for warm-up rounds."""
    ratio: float
    """Its time ÷ the steady time."""


class FirstCalls(Part, frozen=True, eq=False):
    """One arm's first calls."""

    arm: ArmName
    calls: tuple[Call, ...]
    """Its calls, the first few."""

    @property
    def first(self) -> float:
        """The first call ÷ the steady time."""
        return self.calls[0].ratio


def first_calls_of(case: Case) -> tuple[FirstCalls, ...]:
    """The first calls of every arm ÷ its steady time in the same process, in the main phase, from
    the slowest start to the quickest. Null arms are left out. Of several machines those of the one
    whose seconds are told.
    """
    phase = case.main_phase
    found: dict[Arm, list[dict[int, float]]] = defaultdict(list)
    steady = {(one.arm, one.block): one.seconds for one in case.blocks if one.phase == phase}
    for process in case.machines.told_of(case.run.processes):
        arm = case.arms[process.arm]
        if process.status == "ok" == arm.status and not arm.is_null:
            found[arm].append(_ratios(process, phase, steady.get((process.arm, process.block))))
    made = (FirstCalls(arm, _medians(blocks)) for arm, blocks in found.items())
    return tuple(sorted((one for one in made if one.calls), key=lambda one: -one.first))


def _ratios(process: Process, phase: str, steady: float | None) -> dict[int, float]:
    """By round, the seconds of a call ÷ the steady time; none of a phase that was not timed."""
    series = process.phases.get(phase)
    if series is None or steady is None:
        return {}
    calls = dict(enumerate(series.warmup_seconds.tolist(), start=1))
    cold = f"first_{phase}"
    if cold in process.cold:
        calls[0] = process.cold[cold]
    return {i: seconds / steady for i, seconds in calls.items() if seconds > 0}


def _medians(blocks: list[dict[int, float]]) -> tuple[Call, ...]:
    """Medians of every round that at least half of the blocks have."""
    rounds = range(MOST_ROUNDS + 1)
    given = {i: [block[i] for block in blocks if i in block] for i in rounds}
    kept = {i: values for i, values in given.items() if values and 2 * len(values) >= len(blocks)}
    return tuple(Call(i, float(np.median(values))) for i, values in kept.items())
