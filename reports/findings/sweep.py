"""The sweep: a run beside the same arms at other sizes, ordered along one axis at a time.

Times of different sizes are compared as seconds of an example visited: the epoch's seconds
divided by the examples that the timed epoch visits. Nothing is said of what was not visited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from msgspec import Meta

from reports.document import Aside, Part, key, means
from reports.findings.arms import Arm, ArmName
from reports.findings.cells import Cell
from reports.findings.crossovers import Crossover, Measured, crossovers
from reports.findings.fastest import front_of
from reports.findings.intervals import Bar, Estimate, Floats, Verdict
from reports.findings.problem import Sizes
from reports.findings.sizes import is_prefix, n_steps, steps_timed
from reports.findings.terms import MISSING, Count, ExampleSeconds, Ratio, Reason, Status, ends
from runfiles.records import Spec

if TYPE_CHECKING:
    from reports.findings.findings import Findings

COMMON = ("batch_size", "n_examples")  # sizes of every problem
NOT_PLANNED = "it was not planned at this size"


class SizedArm(Part, frozen=True, eq=False):
    """One arm's epoch at this size."""

    arm: ArmName
    cell: Aside[Cell | None]  # of the same arm at this size; None: it was not planned there
    seconds_of_example: ExampleSeconds | None
    """Time of an epoch divided by the examples it visited, in seconds an example. Null where there
    is no number."""

    @key
    def status(self) -> Status:
        return self.cell.status if self.cell else MISSING

    @key
    def reason(self) -> Reason:
        return self.cell.reason if self.cell else NOT_PLANNED

    @key
    def baseline(self) -> Arm | None:
        """Name of the arm that the ratio is to. Null where the arm was not planned at this size."""
        return self.cell.baseline if self.cell else None

    @key
    def n_blocks(self) -> Count:
        """Blocks that the number comes from."""
        return self.cell.n_blocks if self.cell else 0

    @key
    def ratio(self) -> Ratio | None:
        """Time divided by the baseline's, paired inside blocks, without a unit; 1 for a baseline.
        Null where there is no number.
        """
        return self.cell.ratio if self.cell else None

    @key
    def verdict(self) -> Verdict | None:
        """Verdict against the margin. Null for a baseline, without a ratio, and where the evidence
        is unusable.
        """
        return self.cell.verdict if self.cell else None


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


class Overtaking(Part, frozen=True, eq=False):
    """A size from which one arm is faster than another."""

    ahead: Arm
    """Name of the arm that is faster from there on."""
    behind: Arm
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
    axis: Aside[str]


class Axis(Part, frozen=True, eq=False, kw_only=True):
    """The sizes that differ from the run's own in one number only."""

    called: ClassVar[Mapping[str, str]] = {"places": "points"}

    name: str
    """The number that differs: batch_size, n_examples or a size of the objective's own."""
    sizes: tuple[Annotated[int, means("One value of that number.")], ...]
    """Its values, from small to large: examples a minibatch, examples, or what is counted."""
    places: tuple[Annotated[int, Meta(ge=0, description="An index into points, from 0.")], ...]
    """Which point has each value."""
    crossovers: tuple[Overtaking, ...]
    """Where arms overtake each other."""
    points: Aside[tuple[Point, ...]]

    @property
    def sized(self) -> tuple[tuple[int, Point], ...]:
        """Each value with its point."""
        return tuple(zip(self.sizes, self.points, strict=True))

    @property
    def told(self) -> tuple[Overtaking, ...]:
        """The crossovers that a reader is told of; ``cells.json`` has all."""
        return tuple(one for one in self.crossovers if one.changes_the_lead or one.with_baseline)


class Sweep(Part, frozen=True, eq=False):
    """The sizes of a sweep, and what changes along them."""

    points: tuple[Point, ...]
    """Every size, the run's own first."""
    axes: tuple[Axis, ...]
    """Every axis with two sizes or more."""


def sweep_of(findings: Findings) -> Sweep | None:
    """The sweep that ``findings`` are the first size of, None for a run without other sizes."""
    if not findings.sizes:
        return None
    points = tuple(_point(findings, case) for case in (findings, *findings.sizes))
    along = {name: _along(points, name) for name in findings.sizes_by_name}
    return Sweep(
        points,
        tuple(_axis(findings, name, points, mine) for name, mine in along.items() if len(mine) > 1),
    )


def _point(findings: Findings, case: Findings) -> Point:
    spec = case.run.plan.problem
    return Point(
        batch_size=spec.batch_size,
        n_examples=spec.n_examples,
        sizes=spec.sizes,
        n_visited=spec.n_visited,
        n_steps=n_steps(spec),
        steps_timed=steps_timed(spec),
        is_prefix=is_prefix(spec),
        recovers=spec.recovers,
        arms=tuple(_sized(case, arm) for arm in findings.arms),
        case=case,
    )


def _sized(case: Findings, arm: Arm) -> SizedArm:
    here = case.same(arm)
    cell = case.cell(here, case.compared_phase) if here else None
    seconds = cell.seconds if cell else None
    return SizedArm(arm, cell, _over(seconds, case.run.plan.problem) if seconds else None)


def _over(seconds: Estimate, spec: Spec) -> Estimate:
    """The seconds of an example visited."""
    n = spec.n_visited
    low, high = (None if end is None else end / n for end in (seconds.low, seconds.high))
    return Estimate(seconds.value / n, low, high, seconds.n)


def _along(points: tuple[Point, ...], name: str) -> dict[int, Point]:
    """By size the points that share all other sizes with the first; of equal ones the first."""
    own, *_ = sizes = [one.case.sizes_by_name for one in points]
    found: dict[int, Point] = {}
    for point, mine in zip(points, sizes, strict=True):
        if all(mine[other] == own[other] for other in own if other != name):
            found.setdefault(mine[name], point)
    return {size: found[size] for size in sorted(found)}


def _axis(
    findings: Findings, name: str, points: tuple[Point, ...], along: dict[int, Point]
) -> Axis:
    return Axis(
        name=name,
        sizes=tuple(along),
        places=tuple(points.index(point) for point in along.values()),
        crossovers=overtakings(findings, name, along),
        points=tuple(along.values()),
    )


def overtakings(findings: Findings, axis: str, along: dict[int, Point]) -> tuple[Overtaking, ...]:
    """Every overtaking along ``axis``: changes of the lead first, then those with a baseline."""
    usable = {size: point for size, point in along.items() if _is_comparable(axis, point)}
    times = [_times(axis, size, point) for size, point in usable.items()]
    found = [
        _overtaking(findings, axis, usable, pair, crossover)
        for pair in combinations(findings.others, 2)
        if pair[0].place == pair[1].place
        for crossover in crossovers([*_measured(times, pair)])
    ]
    return tuple(sorted(found, key=_rank))


def _is_comparable(axis: str, point: Point) -> bool:
    """Whether a crossover may be claimed beside ``point``: where its evidence is usable.

    Along the number of examples whole epochs only: what a cut one would have taken at that many
    examples nobody has measured.
    """
    return point.case.null_arm.is_usable and (axis != "n_examples" or not point.is_prefix)


def _rank(one: Overtaking) -> tuple[bool, bool, float]:
    return not one.changes_the_lead, not one.with_baseline, one.size.value


@dataclass(frozen=True)
class _Times:
    """Of every timed arm the log seconds, and seconds of what may be linear in the size."""

    size: int
    bar: Bar
    logs: dict[Arm, Floats]  # (blocks,)
    lines: dict[Arm, Floats]  # (blocks,)

    def measured(self, first: Arm, second: Arm) -> Measured | None:
        """The two arms at this size, None where one has no time."""
        if first not in self.logs or second not in self.logs:
            return None
        ratios = self.logs[first] - self.logs[second]
        return Measured(self.size, ratios, self.lines[first] - self.lines[second], self.bar)


def _measured(times: list[_Times], pair: tuple[Arm, Arm]) -> Iterator[Measured]:
    for one in times:
        if measured := one.measured(*pair):
            yield measured


def _times(axis: str, size: int, point: Point) -> _Times:
    case, phase = point.case, point.case.compared_phase
    logs = {arm: case.logs(here, phase) for here, arm in point.timed.items()}
    weight = _weight(axis, size, case.run.plan.problem)
    lines = {arm: np.exp(column) * weight for arm, column in logs.items()}
    return _Times(size, case.bar(phase), logs, lines)


def _weight(axis: str, size: int, spec: Spec) -> float:
    """What times an epoch's seconds gives a time that may be linear in the size.

    A step in the batch size, a whole epoch in the number of examples, an example in a size of the
    objective's own: each has a fixed cost and one that grows.
    """
    return (size if axis in COMMON else 1) / spec.n_visited


def _overtaking(
    findings: Findings,
    axis: str,
    points: dict[int, Point],
    pair: tuple[Arm, Arm],
    crossover: Crossover,
) -> Overtaking:
    ahead, behind = pair if crossover.first_wins else pair[::-1]
    low, high = crossover.low, crossover.high
    led = [points[size].fastest_by_place.get(ahead.place) for size in (low, high)]
    with_baseline = findings.baseline_of(ahead) is behind or findings.baseline_of(behind) is ahead
    changes = led == [behind, ahead]
    return Overtaking(ahead, behind, low, high, crossover.place, changes, with_baseline, axis)
