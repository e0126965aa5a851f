"""The sweep: the sizes in order along each axis, and where arms overtake each other."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports import sweep as swept
from reports.cells.problem import Sizes
from reports.cells.terms import (
    ArmName,
    Count,
    ExampleSeconds,
    Ratio,
    Reason,
    Status,
    Unusable,
    ends,
)
from reports.document import Part, means
from reports.estimates.intervals import Estimate, Verdict
from reports.estimates.overtaking import Overtaking
from reports.estimates.ratios import Summary
from reports.estimates.sizes import (
    cell_at,
    is_prefix,
    n_steps,
    seconds_of_example,
    steps_timed,
)
from reports.sweep import Course
from reports.words.null_arm import unusable_text
from runfiles import records


class SizedArm(Part, frozen=True):
    """One arm's epoch at this size."""

    arm: ArmName
    status: Status
    reason: Reason
    baseline: str | None
    """Name of the arm that the ratio is to. Null where the arm was not planned at this size."""
    n_blocks: Count
    """Blocks that the number comes from."""
    seconds_of_example: ExampleSeconds | None
    """Time of an epoch divided by the examples it visited, in seconds an example. Null where there
    is no number."""
    ratio: Ratio | None
    """Time divided by the baseline's, paired inside blocks, without a unit; 1 for a baseline. Null
    where there is no number."""
    verdict: Verdict | None
    """Verdict against the margin. Null for a baseline, without a ratio, and where the evidence is
    unusable."""


class Point(Part, frozen=True):
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
    unusable: Unusable
    arms: tuple[SizedArm, ...]
    """Every arm of the plan, in its order."""


class Crossover(Part, frozen=True):
    """A size from which one arm is faster than another."""

    ahead: str
    """Name of the arm that is faster from there on."""
    behind: str
    """Name of the arm that was faster before."""
    measured_low: int
    """Largest measured size at which the other arm was shown faster, in the axis's unit."""
    measured_high: int
    """Next measured size at which this arm was shown faster, in the axis's unit."""
    size: Annotated[Estimate, ends("in the unit of the axis")]
    """Where they cross: interpolated between the two and not measured, in the unit of the axis."""
    changes_the_lead: bool
    """Whether the two were the fastest of their device and dtype at the two measured sizes."""
    with_baseline: bool
    """Whether one of the two is the other's baseline."""


class Axis(Part, frozen=True):
    """The sizes that differ from the run's own in one number only."""

    name: str
    """The number that differs: batch_size, n_examples or a size of the objective's own."""
    sizes: tuple[Annotated[int, means("One value of that number.")], ...]
    """Its values, from small to large: examples a minibatch, examples, or what is counted."""
    points: tuple[Annotated[int, Meta(ge=0, description="An index into points, from 0.")], ...]
    """Which point has each value."""
    crossovers: tuple[Crossover, ...]
    """Where arms overtake each other."""


class Sweep(Part, frozen=True):
    """The sizes of a sweep, and what changes along them."""

    points: tuple[Point, ...]
    """Every size, the run's own first."""
    axes: tuple[Axis, ...]
    """Every axis with two sizes or more."""


def sweep(summary: Summary) -> Sweep | None:
    """The sweep that ``summary`` is the first size of, None for a run without other sizes."""
    found = swept.sweep(summary)
    if found is None:
        return None
    points = tuple(_point(summary, point) for point in found.points)
    return Sweep(points, tuple(_axis(course, found.points) for course in found.courses))


def _point(summary: Summary, point: Summary) -> Point:
    spec = point.run.plan.problem
    return Point(
        batch_size=spec.batch_size,
        n_examples=spec.n_examples,
        sizes=spec.sizes,
        n_visited=spec.n_visited,
        n_steps=n_steps(spec),
        steps_timed=steps_timed(spec),
        is_prefix=is_prefix(spec),
        recovers=spec.recovers,
        unusable=unusable_text(point),
        arms=tuple(_arm(point, arm.arm) for arm in summary.arms),
    )


def _arm(point: Summary, arm: records.Arm) -> SizedArm:
    cell = cell_at(point, arm)
    status, reason = swept.standing(cell)
    return SizedArm(
        arm=arm.name,
        status=status,
        reason=reason,
        baseline=point.baseline_of(cell.arm).name if cell else None,
        n_blocks=cell.n_blocks if cell else 0,
        seconds_of_example=seconds_of_example(point, arm),
        ratio=cell.ratio if cell else None,
        verdict=cell.verdict if cell else None,
    )


def _axis(course: Course, points: tuple[Summary, ...]) -> Axis:
    axis = course.axis
    return Axis(
        name=axis.name,
        sizes=tuple(axis.value(point) for point in axis.points),
        points=tuple(points.index(point) for point in axis.points),
        crossovers=tuple(_crossover(one) for one in course.overtakings),
    )


def _crossover(one: Overtaking) -> Crossover:
    return Crossover(
        ahead=one.ahead.name,
        behind=one.behind.name,
        measured_low=one.crossover.low,
        measured_high=one.crossover.high,
        size=one.crossover.place,
        changes_the_lead=one.changes_the_lead,
        with_baseline=one.with_baseline,
    )
