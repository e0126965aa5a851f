"""Overtaking: which arm overtakes which along an axis, over all pairs that may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from reports.estimates.crossovers import Crossover, Measured, crossovers
from reports.estimates.fastest import front_of
from reports.estimates.intervals import Floats
from reports.estimates.ratios import Summary
from reports.estimates.sizes import Axis, index_at, phase_of, seconds_of_example
from runfiles.records import Arm


@dataclass(frozen=True)
class Overtaking:
    """From ``crossover.place`` on, arm ``ahead`` is faster than arm ``behind``."""

    axis: str
    ahead: Arm
    behind: Arm
    crossover: Crossover
    changes_the_lead: bool  # each leads its device and dtype alone at its end of the bracket
    with_baseline: bool


def overtakings(summary: Summary, axis: Axis) -> tuple[Overtaking, ...]:
    """Every overtaking along ``axis``: changes of the lead first, then those with a baseline."""
    timed = [(point, _times(summary, axis, point)) for point in axis.comparable]
    leaders = {axis.value(point): fastest_by_group(summary, point) for point in axis.comparable}
    found = [
        _overtaking(summary, axis, pair, crossover, leaders)
        for pair in combinations([arm.arm for arm in summary.others], 2)
        if (pair[0].device, pair[0].dtype) == (pair[1].device, pair[1].dtype)
        for crossover in _crossovers(axis, timed, pair)
    ]
    return tuple(sorted(found, key=_rank))


def _rank(one: Overtaking) -> tuple[bool, bool, float]:
    return not one.changes_the_lead, not one.with_baseline, one.crossover.place.value


def _times(summary: Summary, axis: Axis, point: Summary) -> dict[int, tuple[Floats, Floats]]:
    """Arm -> (log seconds, seconds of what may be linear in the size), a value a block."""
    if phase_of(point) not in point.phases:
        return {}
    column = point.logs[:, point.phases.index(phase_of(point))]
    found = {}
    for arm in summary.others:
        index = index_at(point, arm.arm)
        if index is not None and np.isfinite(column[index]).any():
            found[arm.arm.index] = column[index], np.exp(column[index]) * axis.weight(point)
    return found


def _crossovers(
    axis: Axis,
    timed: list[tuple[Summary, dict[int, tuple[Floats, Floats]]]],
    pair: tuple[Arm, Arm],
) -> tuple[Crossover, ...]:
    first, second = (arm.index for arm in pair)
    points = [
        Measured(
            axis.value(point),
            times[first][0] - times[second][0],
            times[first][1] - times[second][1],
            point.bar(phase_of(point)),
        )
        for point, times in timed
        if first in times and second in times
    ]
    return crossovers(points)


def _overtaking(
    summary: Summary,
    axis: Axis,
    pair: tuple[Arm, Arm],
    crossover: Crossover,
    leaders: dict[int, dict[tuple[str, str], Arm]],
) -> Overtaking:
    ahead, behind = pair if crossover.first_wins else pair[::-1]
    group = ahead.device, ahead.dtype
    led = leaders[crossover.low].get(group), leaders[crossover.high].get(group)
    with_baseline = summary.baselines[pair[0].index] == pair[1].index or (
        summary.baselines[pair[1].index] == pair[0].index
    )
    return Overtaking(axis.name, ahead, behind, crossover, led == (behind, ahead), with_baseline)


def fastest_by_group(summary: Summary, point: Summary) -> dict[tuple[str, str], Arm]:
    """Of every device and dtype the arm that leads alone at ``point``: see ``fastest.py``."""
    groups: dict[tuple[str, str], dict[int, Arm]] = {}  # by the arm's index at that size
    for arm in summary.others:
        index = index_at(point, arm.arm)
        if index is not None and seconds_of_example(point, arm.arm):
            groups.setdefault((arm.arm.device, arm.arm.dtype), {})[index] = arm.arm
    fronts = {
        group: front_of(point, tuple(arms), phase_of(point)) for group, arms in groups.items()
    }
    return {
        group: groups[group][lead.first] for group, lead in fronts.items() if lead and lead.is_alone
    }
