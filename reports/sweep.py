"""The sweep: a run and its other sizes together, for the page and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from reports.document import estimate_keys
from reports.estimates.overtaking import Overtaking, overtakings
from reports.estimates.ratios import Cell, Summary
from reports.estimates.sizes import (
    Axis,
    axes,
    cell_at,
    is_prefix,
    n_steps,
    seconds_of_example,
    steps_timed,
)
from reports.words.null_arm import unusable_text
from runfiles.records import Arm


@dataclass(frozen=True, eq=False)
class Course:
    """One axis of a sweep with every overtaking along it."""

    axis: Axis
    overtakings: tuple[Overtaking, ...]  # changes of the lead first, then those of a baseline

    @property
    def told(self) -> tuple[Overtaking, ...]:
        """Those that a reader is told of; ``cells.json`` has all."""
        return tuple(one for one in self.overtakings if one.changes_the_lead or one.with_baseline)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A run at several sizes."""

    points: tuple[Summary, ...]  # every size, the run's own first
    courses: tuple[Course, ...]


def sweep(summary: Summary) -> Sweep | None:
    """The sweep that ``summary`` is the first size of, None for a run without other sizes."""
    if not summary.sizes:
        return None
    courses = tuple(Course(axis, overtakings(summary, axis)) for axis in axes(summary))
    return Sweep((summary, *summary.sizes), courses)


def sizes_json(summary: Summary) -> dict[str, object] | None:
    """The sweep for ``cells.json``, None for a run without other sizes."""
    found = sweep(summary)
    if found is None:
        return None
    return {
        "points": [_point(summary, point) for point in found.points],
        "axes": [_axis(course, found.points) for course in found.courses],
    }


def _axis(course: Course, points: tuple[Summary, ...]) -> dict[str, object]:
    axis = course.axis
    return {
        "name": axis.name,
        "sizes": [axis.value(point) for point in axis.points],
        "points": [points.index(point) for point in axis.points],
        "crossovers": [_overtaking(one) for one in course.overtakings],
    }


def _point(summary: Summary, point: Summary) -> dict[str, object]:
    spec = point.run.plan.problem
    return {
        "batch_size": spec.batch_size,
        "n_examples": spec.n_examples,
        "n_features": spec.n_features,
        "n_visited": spec.n_visited,
        "n_steps": n_steps(spec),
        "steps_timed": steps_timed(spec),
        "is_prefix": is_prefix(spec),
        "recovers": spec.recovers,
        "unusable": unusable_text(point),
        "arms": [_arm(point, arm.arm) for arm in summary.arms],
    }


def _arm(point: Summary, arm: Arm) -> dict[str, object]:
    cell = cell_at(point, arm)
    status, reason = standing(cell)
    return {
        "arm": arm.name,
        "status": status,
        "reason": reason,
        "baseline": point.baseline_of(cell.arm).name if cell else None,
        "n_blocks": cell.n_blocks if cell else 0,
        **estimate_keys("seconds_of_example", seconds_of_example(point, arm)),
        **estimate_keys("ratio", cell.ratio if cell else None),
        "verdict": cell.verdict if cell else None,
    }


def standing(cell: Cell | None) -> tuple[str, str | None]:
    """(status, reason) of an arm's epoch at one size."""
    if cell is None:
        return "missing", "its epoch was not planned at this size"
    return cell.status, cell.reason


def _overtaking(one: Overtaking) -> dict[str, object]:
    crossover = one.crossover
    return {
        "ahead": one.ahead.name,
        "behind": one.behind.name,
        "measured_low": crossover.low,
        "measured_high": crossover.high,
        **estimate_keys("size", crossover.place),
        "changes_the_lead": one.changes_the_lead,
        "with_baseline": one.with_baseline,
    }
