"""Disturbed phases: kept though the kernel's counters show that something else ran.

What makes a phase one is judged while it is measured: ``bench/runner/discards.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.findings.arms import Arm
from reports.findings.document import Aside, Part, key
from reports.findings.terms import Count, Size
from runfiles.records import Plan
from runfiles.run import Run

# Of an arm's phases. Were all of them one arm's, 0.4 % of runs would call a difference that is
# none; 25 % at a share of 0.3: ``python -m tests.simulations.disturbing``.
LIMIT = 0.2


class DisturbedArm(Part, frozen=True, eq=False):
    """One arm."""

    arm: str
    """The arm's name."""
    n_phases: Size
    """Its phases with a number, over all blocks."""
    n_disturbed: Count
    """Those that were disturbed."""
    index: Aside[int]

    @key
    def share(self) -> float:
        """The one ÷ the other."""
        return self.n_disturbed / self.n_phases

    @property
    def is_too_much(self) -> bool:
        """Whether the run's evidence cannot bear it."""
        return self.share > LIMIT


class Disturbed(Part, frozen=True, eq=False):
    """Phases that were disturbed, by the kernel's counters, and kept."""

    limit_share: float
    """The share of an arm's phases above which a run that gates is unusable."""
    arms: tuple[DisturbedArm, ...]
    """The arms whose processes judged their phases."""

    @property
    def struck(self) -> tuple[DisturbedArm, ...]:
        """Those of which some phase was disturbed, the most disturbed first."""
        found = (one for one in self.arms if one.n_disturbed)
        return tuple(sorted(found, key=lambda one: -one.share))


def disturbed_of(run: Run) -> Disturbed:
    """The phases that were disturbed and kept, by arm; none of a run that did not judge them."""
    found = (_arm(run, arm) for arm in range(len(run.plan.arms)))
    return Disturbed(LIMIT, tuple(one for one in found if one))


def _arm(run: Run, arm: int) -> DisturbedArm | None:
    told = [
        series.noise.disturbances
        for process in run.by_arm.get(arm, ())
        for series in process.phases.values()
        if series.noise.disturbances is not None
    ]
    n_disturbed = sum(bool(reasons) for reasons in told)
    name = run.plan.arms[arm].name
    return DisturbedArm(name, len(told), n_disturbed, arm) if told else None


def too_disturbed(run: Run, found: Disturbed, arms: Iterable[Arm]) -> DisturbedArm | None:
    """The arm that makes a run unusable, the most disturbed one; None where all are usable.

    A run that gates nothing is told to be disturbed, and stays.
    """
    timed = {arm.index for arm in arms if arm.status == "ok"}
    much = [one for one in found.arms if one.index in timed and one.is_too_much]
    return max(much, key=lambda one: one.share, default=None) if gates(run.plan) else None


def gates(plan: Plan) -> bool:
    """Whether an exit code may rest on the run."""
    return plan.gate or plan.profile != "quick"
