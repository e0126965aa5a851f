"""The map of arms by cases, in cells.json."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.cells.problem import Sizes
from reports.cells.terms import ArmName, Blocks, Phase, Ratio, Reason, Size, Status, Unusable
from reports.document import Part
from reports.estimates import case_map as mapped
from reports.estimates.fastest import Front
from reports.estimates.ratios import Summary
from reports.estimates.sizes import is_prefix
from reports.words.null_arm import unusable_text


class MapCase(Part, frozen=True):
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
    unusable: Unusable
    fastest: tuple[ArmName, ...]
    """The arm of the least time, then those that are not shown to be slower. Empty where no arm has
    a time, and where the evidence is unusable."""


class MapEntry(Part, frozen=True):
    """One arm in one case."""

    status: Status
    reason: Reason
    n_blocks: Blocks
    times: Ratio | None
    """Its time divided by that of the case's fastest, paired inside blocks, without a unit; 1 for
    that one. The interval is widened so that those of all arms of the case hold together. Null
    where there is no number, and where the case's evidence is unusable."""
    in_front: bool | None
    """Whether it is the fastest, or not shown to be slower. Null without times."""


class MapArm(Part, frozen=True):
    """One arm in every case."""

    arm: ArmName
    entries: tuple[MapEntry, ...]
    """One a case, in their order."""
    mean: Ratio | None
    """Geometric mean of times over mean_cases, inside blocks, without a unit; 1 for an arm that is
    the fastest of each. The interval is widened so that those of all arms with a mean hold
    together. Null where the arm lacks one of these cases."""


class Map(Part, frozen=True):
    """Arms by cases: times the fastest of each."""

    phase: Phase
    cases: tuple[MapCase, ...]
    """Every case, the run's own first."""
    mean_cases: tuple[Annotated[int, Meta(ge=0, description="An index into cases, from 0.")], ...]
    """The cases that means are over: all with usable evidence and a time. Empty where there are
    fewer than two."""
    arms: tuple[MapArm, ...]
    """Every arm that took part in some case, in the plan's order. Null arms are left out."""


def case_map(summary: Summary) -> Map | None:
    """The map of the run that ``summary`` is of, None for a run of one case."""
    found = mapped.case_map(summary)
    if found is None:
        return None
    return Map(
        phase=found.phase,
        cases=tuple(
            _case(summary, case, front)
            for case, front in zip(found.cases, found.fronts, strict=True)
        ),
        mean_cases=found.mean_cases,
        arms=tuple(
            MapArm(
                row.arm.name,
                tuple(
                    MapEntry(one.status, one.reason, one.n_blocks, one.times, one.in_front)
                    for one in row.entries
                ),
                row.mean,
            )
            for row in found.rows
        ),
    )


def _case(summary: Summary, case: Summary, front: Front | None) -> MapCase:
    spec = case.run.plan.problem
    return MapCase(
        folder=case.run.folder.relative_to(summary.run.folder).as_posix(),
        problem=spec.objective,
        n_examples=spec.n_examples,
        sizes=spec.sizes,
        batch_size=spec.batch_size,
        is_prefix=is_prefix(spec),
        unusable=unusable_text(case),
        fastest=tuple(case.arms[arm].name for arm in front.arms) if front else (),
    )
