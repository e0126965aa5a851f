"""Overtaking: which arm overtakes which along an axis, over all pairs that may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import numpy as np

from reports.findings.arms import Arm
from reports.findings.crossovers import Crossover, Measured, crossovers
from reports.findings.document import Aside, Part
from reports.findings.intervals import Bar, Estimate, Floats
from reports.findings.point import Point
from reports.findings.terms import ends
from runfiles.records import Spec

if TYPE_CHECKING:
    from reports.findings.findings import Findings

Points = dict[int, Point]  # by size
COMMON = ("batch_size", "n_examples")  # sizes of every problem


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


def overtakings(findings: Findings, axis: str, along: Points) -> tuple[Overtaking, ...]:
    """Every overtaking along ``axis``: changes of the lead first, then those with a baseline."""
    usable = {size: point for size, point in along.items() if _is_comparable(axis, point)}
    times = [_times(axis, size, point) for size, point in usable.items()]
    found = []
    for pair in combinations(findings.others, 2):
        if pair[0].place == pair[1].place:
            measured = [one for each in times if (one := each.measured(*pair))]
            found += [
                _overtaking(findings, axis, usable, pair, one) for one in crossovers(measured)
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
    logs: dict[Arm, Floats]  # ([machines,] blocks)
    lines: dict[Arm, Floats]  # (blocks,), of one machine

    def measured(self, first: Arm, second: Arm) -> Measured | None:
        """The two arms at this size, None where one has no time."""
        if first not in self.logs or second not in self.logs:
            return None
        ratios = self.logs[first] - self.logs[second]
        return Measured(self.size, ratios, self.lines[first] - self.lines[second], self.bar)


def _times(axis: str, size: int, point: Point) -> _Times:
    case, phase = point.case, point.case.compared_phase
    logs = {arm: case.logs(here, phase) for here, arm in point.timed.items()}
    weight = _weight(axis, size, case.run.plan.problem)
    lines = {arm: np.exp(case.machines.there(column)) * weight for arm, column in logs.items()}
    return _Times(size, case.bar(phase), logs, lines)


def _weight(axis: str, size: int, spec: Spec) -> float:
    """What times an epoch's seconds gives a time that may be linear in the size.

    A step in the batch size, a whole epoch in the number of examples, an example in a size of the
    objective's own: each has a fixed cost and one that grows.
    """
    return (size if axis in COMMON else 1) / spec.n_visited


def _overtaking(
    findings: Findings, axis: str, points: Points, pair: tuple[Arm, Arm], crossover: Crossover
) -> Overtaking:
    ahead, behind = pair if crossover.first_wins else pair[::-1]
    low, high = crossover.low, crossover.high
    led = [points[size].fastest_by_place.get(ahead.place) for size in (low, high)]
    with_baseline = findings.baseline_of(ahead) is behind or findings.baseline_of(behind) is ahead
    changes = led == [behind, ahead]
    return Overtaking(ahead, behind, low, high, crossover.place, changes, with_baseline, axis)
