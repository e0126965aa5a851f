"""The warm-up: the first calls of every arm ÷ the steady time of the same process."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from reports.estimates.ratios import Summary
from runfiles.records import Process

MOST_ROUNDS = 7  # warm-up rounds told; later ones are steady or never will be


@dataclass(frozen=True)
class WarmUp:
    """One arm's calls from the first on, ÷ its steady time; medians over blocks."""

    arm: int
    calls: tuple[tuple[int, float], ...]  # (round, ratio); round 0 is the cold first call

    @property
    def first(self) -> float:
        """The first call ÷ the steady time."""
        return self.calls[0][1]


def warm_ups(summary: Summary) -> tuple[WarmUp, ...]:
    """The warm-up of every timed arm but null arms, from the slowest start to the quickest."""
    found: dict[int, list[dict[int, float]]] = defaultdict(list)
    for process in summary.run.processes:
        arm = summary.arms[process.arm]
        if process.status == "ok" == arm.status and not arm.is_null:
            found[process.arm].append(_ratios(process, summary.main_phase))
    made = (WarmUp(arm, _medians(blocks)) for arm, blocks in found.items())
    return tuple(sorted((one for one in made if one.calls), key=lambda one: -one.first))


def _ratios(process: Process, phase: str) -> dict[int, float]:
    """By round, the seconds of a call ÷ the median of the process's timed rounds."""
    series = process.phases.get(phase)
    if series is None:
        return {}
    calls = dict(enumerate(series.warmup_seconds.tolist(), start=1))
    cold = f"first_{phase}"
    if cold in process.cold:
        calls[0] = process.cold[cold]
    steady = float(np.median(series.seconds))
    return {i: seconds / steady for i, seconds in calls.items() if seconds > 0}


def _medians(blocks: list[dict[int, float]]) -> tuple[tuple[int, float], ...]:
    """Medians of every round that at least half of the blocks have."""
    rounds = range(MOST_ROUNDS + 1)
    given = {i: [block[i] for block in blocks if i in block] for i in rounds}
    kept = {i: values for i, values in given.items() if values and 2 * len(values) >= len(blocks)}
    return tuple((i, float(np.median(values))) for i, values in kept.items())
