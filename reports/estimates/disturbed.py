"""Disturbed phases that were kept: how many of each arm's, and whether they are too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.estimates.arms import ArmResult
from runfiles.records import Plan
from runfiles.run import Run

# Of an arm's phases. Were all of them one arm's, 0.4 % of runs would call a difference that is
# none; 25 % at a share of 0.3: ``python -m tests.simulations.disturbing``.
LIMIT = 0.2


@dataclass(frozen=True)
class Kept:
    """The phases of one arm that have a number, over all blocks, and those that were disturbed."""

    arm: int
    n_phases: int
    n_disturbed: int

    @property
    def share(self) -> float:
        return self.n_disturbed / self.n_phases

    @property
    def is_too_much(self) -> bool:
        return self.share > LIMIT


def kept(run: Run) -> tuple[Kept, ...]:
    """The arms whose processes judged their phases, as planned; those of older runs did not."""
    found = []
    for arm in range(len(run.plan.arms)):
        told = [
            series.noise.disturbances
            for process in run.by_arm.get(arm, ())
            for series in process.phases.values()
            if series.noise.disturbances is not None
        ]
        if told:
            found.append(Kept(arm, len(told), sum(bool(reasons) for reasons in told)))
    return tuple(found)


def too_disturbed(run: Run, arms: Iterable[ArmResult]) -> Kept | None:
    """The arm that makes a run unusable, the most disturbed one; None where all are usable.

    A run that gates nothing is told to be disturbed, and stays.
    """
    timed = {arm.arm.index for arm in arms if arm.status == "ok"}
    found = [one for one in kept(run) if one.arm in timed and one.is_too_much]
    return max(found, key=lambda one: one.share, default=None) if gates(run.plan) else None


def gates(plan: Plan) -> bool:
    """Whether an exit code may rest on the run."""
    return plan.gate or plan.profile != "quick"
