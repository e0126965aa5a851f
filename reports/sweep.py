"""The sweep: a run and its other sizes together."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.arms import Standing
from reports.estimates.overtaking import Overtaking, overtakings
from reports.estimates.ratios import Cell, Summary
from reports.estimates.sizes import Axis, axes


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


def standing(cell: Cell | None) -> tuple[Standing, str | None]:
    """(status, reason) of an arm's epoch at one size."""
    if cell is None:
        return "missing", "it was not planned at this size"
    return cell.status, cell.reason
