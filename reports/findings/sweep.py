"""The sweep: a run beside the same arms at other sizes, ordered along one axis at a time.

Times of different sizes are compared as seconds of an example visited: the epoch's seconds
divided by the examples that the timed epoch visits. Nothing is said of what was not visited.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from reports.findings.curve import Curve, Fastest, curves_of, fastest_of
from reports.findings.document import Aside, Part, means
from reports.findings.overtaking import Overtaking, overtakings
from reports.findings.point import Point, point_of

if TYPE_CHECKING:
    from reports.findings.findings import Findings


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
    def cut(self) -> tuple[int, ...]:
        """The values at which only the first steps of an epoch were timed."""
        return tuple(size for size, point in self.sized if point.is_prefix)

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """What an example takes in every arm timed at two values or more, null arms left out."""
        return curves_of(self)

    def fastest(self, curves: tuple[Curve, ...]) -> tuple[Fastest, ...]:
        """Of these curves the fastest at each value, one after the other."""
        return fastest_of(self, curves)

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
    """The sizes in order along each axis, and where arms overtake each other. Null without further
    sizes.
    """
    if not findings.sizes:
        return None
    points = tuple(point_of(findings, case) for case in (findings, *findings.sizes))
    along = {name: _along(points, name) for name in findings.run.plan.problem.every_size}
    return Sweep(
        points,
        tuple(_axis(findings, name, points, mine) for name, mine in along.items() if len(mine) > 1),
    )


def _along(points: tuple[Point, ...], name: str) -> dict[int, Point]:
    """By size the points that share all other sizes with the first; of equal ones the first."""
    own, *_ = sizes = [one.case.run.plan.problem.every_size for one in points]
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
