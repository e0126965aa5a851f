"""The curve: what an example takes in one arm, by size, and who is the fastest along all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.findings.arms import Arm
from reports.findings.intervals import Estimate

if TYPE_CHECKING:
    from reports.findings.sweep import Axis


@dataclass(frozen=True, eq=False)
class Curve:
    """One arm's seconds of an example visited, by size."""

    arm: Arm
    seconds: dict[int, Estimate]  # from small to large

    def at(self, size: Any) -> Any:
        """The seconds on the straight lines between its points; infinite beyond them."""
        given = np.log([*self.seconds]), np.log([one.value for one in self.seconds.values()])
        return np.exp(np.interp(np.log(size), *given, left=math.inf, right=math.inf))


@dataclass(frozen=True, eq=False)
class Fastest:
    """The arm that is the fastest from a size on, by its mean."""

    arm: Arm
    since: float  # a size that was measured, or where a crossover is claimed
    seconds: float
    is_claimed: bool  # that it takes the lead, with an interval


def curves_of(axis: Axis) -> tuple[Curve, ...]:
    """The curve of every arm that was timed at two sizes or more, null arms left out."""
    arms = (one.arm for one in axis.points[0].arms)
    made = (Curve(arm, _seconds(axis, arm)) for arm in arms if not arm.is_null)
    return tuple(curve for curve in made if len(curve.seconds) > 1)


def _seconds(axis: Axis, arm: Arm) -> dict[int, Estimate]:
    given = ((size, point.of(arm).seconds_of_example) for size, point in axis.sized)
    return {size: seconds for size, seconds in given if seconds}


def fastest_of(axis: Axis, curves: tuple[Curve, ...]) -> tuple[Fastest, ...]:
    """Of ``curves`` the fastest at each size, one after the other."""
    found: list[Fastest] = []
    before = math.inf
    for size in axis.sizes:
        curve = _first(axis, [curve for curve in curves if size in curve.seconds], size)
        if curve and (not found or found[-1].arm is not curve.arm):
            claimed = _claimed(axis, curve.arm, before, size)
            since = size if claimed is None else claimed
            found.append(Fastest(curve.arm, since, float(curve.at(since)), claimed is not None))
        before = size
    return tuple(found)


def _first(axis: Axis, curves: list[Curve], size: int) -> Curve | None:
    """Of ``curves`` the first by time at a size, on several machines by what all of them say."""
    point = dict(axis.sized)[size]
    ranked = point.case.ranked(point.case.compared_phase)
    order = [point.timed[cell.arm] for cell in ranked if cell.arm in point.timed]
    return min(curves, key=lambda one: order.index(one.arm), default=None)


def _claimed(axis: Axis, arm: Arm, after: float, until: int) -> float | None:
    """Where the arm takes the lead between two sizes; None where no crossover says so."""
    mine = (one for one in axis.crossovers if one.changes_the_lead and one.ahead is arm)
    return next((one.size.value for one in mine if after < one.size.value <= until), None)
