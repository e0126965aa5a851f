"""The map of a run's cases: every arm's time in each, as times that of the fastest there.

The fastest of a case and what is told apart from it are those of ``fastest.py``: intervals are
widened so that all of a case hold together. Means are taken inside blocks, over all cases whose
evidence is usable: each arm that has them all is set against the same, and one that lacks a case
takes nothing from the others.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta
from msgspec.structs import replace

from reports.findings.arms import LEFT_OUT, Arm, ArmName
from reports.findings.document import Aside, Part, taken
from reports.findings.fastest import BesideFastest, Front, beside, front_of
from reports.findings.intervals import (
    CONFIDENCE,
    Estimate,
    geometric_mean,
    log_estimate,
    unity,
)
from reports.findings.problem import Sizes
from reports.findings.terms import MISSING, Blocks, Phase, Ratio, Reason, Size, Status

if TYPE_CHECKING:
    from reports.findings.findings import Findings

NOT_PLANNED = "it was not planned in this case"


class MapCase(Part, frozen=True, eq=False, kw_only=True):
    """A case: one problem at one size."""

    folder: str
    """Its folder within the run's, with slashes, such as cases/02-softmax. A dot: the run's own."""
    problem: str
    """Name of what is differentiated."""
    n_examples: Size
    """Examples in the data."""
    sizes: Sizes
    """The objective's own sizes by name, such as n_features or noise."""
    batch_size: Size
    """Examples in a minibatch."""
    is_prefix: bool
    """Whether a timed epoch is only the first steps of a whole one."""
    fastest: tuple[ArmName, ...]
    """The arm of the least time, then those that are not shown to be slower. Empty where no arm has
    a time, and where the evidence is unusable."""
    case: Aside[Findings]
    beside: Aside[dict[Arm, BesideFastest]]  # the first in front, from fast to slow


class MapEntry(Part, frozen=True, eq=False):
    """One arm in one case."""

    status: Status
    reason: Reason
    n_blocks: Blocks = 0
    times: Ratio | None = None
    """Its time divided by that of the case's fastest, paired inside blocks, without a unit; 1 for
    that one. The interval is widened so that those of all arms of the case hold together. Null
    where there is no number, and where the case's evidence is unusable."""
    in_front: bool | None = None
    """Whether it is the fastest, or not shown to be slower. Null without times."""


class MapArm(Part, frozen=True, eq=False):
    """One arm in every case."""

    arm: ArmName
    entries: tuple[MapEntry, ...]
    """One a case, in their order."""
    mean: Ratio | None = None
    """Geometric mean of times over mean_cases, inside blocks, without a unit; 1 for an arm that is
    the fastest of each. The interval is widened so that those of all arms with a mean hold
    together. Null where the arm lacks one of these cases."""


class Map(Part, frozen=True, eq=False):
    """Arms by cases: times the fastest of each."""

    phase: Phase
    cases: tuple[MapCase, ...]
    """Every case, the run's own first."""
    mean_cases: tuple[Annotated[int, Meta(ge=0, description="An index into cases, from 0.")], ...]
    """The cases that means are over: all with usable evidence and a time. Empty where there are
    fewer than two."""
    arms: tuple[MapArm, ...]
    """Every arm that took part in some case, in the plan's order. Null arms are left out."""

    @cached_property
    def ranked(self) -> tuple[MapArm, ...]:
        """The arms from fast to slow by their means, then those that lack a case."""
        return tuple(sorted(self.arms, key=_rank))


def map_of(findings: Findings) -> Map | None:
    """Arms by cases. Null for a run of one case."""
    if len(findings.cases) == 1:
        return None
    phase = findings.main_phase
    cases = tuple(map_case(findings, case, phase) for case in findings.cases)
    found = tuple(i for i, case in enumerate(cases) if case.beside)
    over = found if len(found) > 1 else ()
    rows = [
        MapArm(arm, tuple(map_entry(one, arm, phase) for one in cases)) for arm in findings.others
    ]
    told = [row for row in rows if any(one.status not in LEFT_OUT for one in row.entries)]
    whole = [row for row in told if over and all(row.entries[i].times for i in over)]
    usable = tuple(cases[i] for i in over)
    means = {row.arm: _mean(row.arm, usable, phase, len(whole)) for row in whole}
    return Map(phase, cases, over, tuple(replace(row, mean=means.get(row.arm)) for row in told))


def map_case(findings: Findings, case: Findings, phase: str) -> MapCase:
    """A column of the map: a case of the run ``findings``."""
    spec, front = case.run.plan.problem, _front(case, phase)
    return taken(
        MapCase,
        spec,
        folder=case.run.folder.relative_to(findings.run.folder).as_posix(),
        problem=spec.objective,
        fastest=front.arms if front else (),
        case=case,
        beside={one.arm: one for one in beside(case, front, phase)} if front else {},
    )


def _front(case: Findings, phase: str) -> Front[Arm] | None:
    if not case.null_arm.is_usable or phase not in case.phases:
        return None
    return front_of(case, case.timed_arms(phase), phase)


def map_entry(column: MapCase, arm: Arm, phase: str, not_planned: str = NOT_PLANNED) -> MapEntry:
    """What stands in ``column`` for ``arm``, which may be of another case."""
    here = column.case.same(arm)
    cell = column.case.cell(here, phase) if here else None
    if here is None or cell is None:
        return MapEntry(MISSING, not_planned)
    told = column.beside.get(here)
    if told is None:
        return MapEntry(cell.status, cell.reason, cell.n_blocks)
    n = told.times.n if told.times else 0
    return MapEntry(cell.status, cell.reason, n, told.times, told.in_front)


def _mean(arm: Arm, cases: tuple[MapCase, ...], phase: str, family: int) -> Estimate | None:
    """The geometric mean of an arm's times ÷ the first's, inside blocks; 1 for the first of all."""
    firsts, columns = [], []
    for one in cases:
        here, first = one.case.same(arm), next(iter(one.beside))
        assert here is not None
        firsts.append(here is first)
        columns.append(one.case.log_ratios(here, first, phase))
    found = log_estimate(geometric_mean(columns), CONFIDENCE, family)
    return unity(found.n) if found and all(firsts) else found


def _rank(row: MapArm) -> tuple[bool, float]:
    told = [np.log(one.times.value) for one in row.entries if one.times]
    return row.mean is None, row.mean.value if row.mean else float(np.mean(told or [np.inf]))
