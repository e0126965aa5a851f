"""A point of a sweep: the same arms at one size, by the seconds of an example visited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from reports.findings.arms import Arm, ArmName
from reports.findings.cells import Cell
from reports.findings.document import Aside, Part, taken
from reports.findings.fastest import front_of
from reports.findings.intervals import Verdict
from reports.findings.problem import Sizes
from reports.findings.terms import MISSING, Count, ExampleSeconds, Ratio, Reason, Status

if TYPE_CHECKING:
    from reports.findings.findings import Findings


class SizedArm(Part, frozen=True, eq=False, kw_only=True):
    """One arm's epoch at this size."""

    arm: ArmName
    cell: Aside[Cell | None] = None  # of the same arm at this size; None: it was not planned there
    seconds_of_example: ExampleSeconds | None = None
    """Time of an epoch divided by the examples it visited, in seconds an example. Null where there
    is no number."""
    status: Status = MISSING
    reason: Reason = "it was not planned at this size"
    baseline: Arm | None = None
    """Name of the arm that the ratio is to. Null where the arm was not planned at this size."""
    n_blocks: Count = 0
    """Blocks that the number comes from."""
    ratio: Ratio | None = None
    """Time divided by the baseline's, paired inside blocks, without a unit; 1 for a baseline. Null
    where there is no number."""
    verdict: Verdict | None = None
    """Verdict against the margin. Null for a baseline, without a ratio, and where the evidence is
    unusable."""


class Point(Part, frozen=True, eq=False, kw_only=True):
    """One size."""

    batch_size: int
    """Examples in a minibatch."""
    n_examples: int
    """Examples in the data."""
    sizes: Sizes
    """The objective's own sizes by name, such as n_features or noise."""
    n_visited: int
    """Examples that a timed epoch visits."""
    n_steps: int
    """Minibatches of a whole epoch."""
    steps_timed: int
    """Minibatches of a timed epoch."""
    is_prefix: bool
    """Whether a timed epoch is only the first steps of a whole one."""
    recovers: bool | None
    """Whether the steps suffice to find the true parameters at this size. Null where nothing true
    is known."""
    arms: tuple[SizedArm, ...]
    """Every arm of the plan, in its order."""
    case: Aside[Findings]

    def of(self, arm: Arm) -> SizedArm:
        """An arm of the run as it is at this size."""
        return self.arms[arm.index]

    @cached_property
    def timed(self) -> dict[Arm, Arm]:
        """The arms of the run that have a time here, null arms left out, by what they are here."""
        found = [one for one in self.arms if one.seconds_of_example and not one.arm.is_null]
        return {one.cell.arm: one.arm for one in found if one.cell}

    @cached_property
    def front(self) -> tuple[Arm, ...]:
        """The arms of the run that are in front here, that of the least time first."""
        lead = front_of(self.case, self.timed, self.case.compared_phase)
        return tuple(self.timed[arm] for arm in lead.arms) if lead else ()

    @cached_property
    def fastest_by_place(self) -> dict[tuple[str, str], Arm]:
        """Of every device and dtype the arm that leads alone: see ``fastest.py``."""
        groups: dict[tuple[str, str], list[Arm]] = {}
        for here, arm in self.timed.items():
            groups.setdefault(arm.place, []).append(here)
        phase = self.case.compared_phase
        fronts = {place: front_of(self.case, arms, phase) for place, arms in groups.items()}
        alone = {place: lead.first for place, lead in fronts.items() if lead and lead.is_alone}
        return {place: self.timed[first] for place, first in alone.items()}


def point_of(findings: Findings, case: Findings) -> Point:
    """The ``case`` as a point of the sweep of ``findings``, each of its arms by its name."""
    arms = tuple(_sized(case, arm) for arm in findings.arms)
    return taken(Point, case.run.plan.problem, arms=arms, case=case)


def _sized(case: Findings, arm: Arm) -> SizedArm:
    here = case.same(arm)
    cell = case.cell(here, case.compared_phase) if here else None
    if cell is None:
        return SizedArm(arm=arm)
    n = case.run.plan.problem.n_visited
    over = cell.seconds.through(lambda seconds: seconds / n) if cell.seconds else None
    return taken(SizedArm, cell, arm=arm, cell=cell, seconds_of_example=over)
