"""Sizes: a run beside the same arms at other sizes, ordered along one axis at a time.

Times of different sizes are compared as seconds of an example visited: the epoch's seconds
divided by the examples that the timed epoch visits. Nothing is said of what was not visited.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.intervals import Estimate
from reports.estimates.ratios import Cell, Summary
from runfiles.records import Arm, Spec

COMMON = ("batch_size", "n_examples")  # sizes of every problem


@dataclass(frozen=True, eq=False)
class Axis:
    """Runs of the same arms that differ in one size only, from small to large."""

    name: str
    points: tuple[Summary, ...]  # the run itself among them

    def value(self, summary: Summary) -> int:
        """The size of ``summary`` along this axis."""
        return size_along(self.name, summary)

    @property
    def comparable(self) -> tuple[Summary, ...]:
        """The points between which a crossover may be claimed: those with usable evidence.

        Along the number of examples whole epochs only: what a cut one would have taken at that
        many examples nobody has measured.
        """
        usable = (point for point in self.points if point.null_arm.is_usable)
        cut_counts = self.name != "n_examples"
        return tuple(p for p in usable if cut_counts or not is_prefix(p.run.plan.problem))

    def weight(self, summary: Summary) -> float:
        """What times an epoch's seconds gives a time that may be linear in the size.

        A step in the batch size, a whole epoch in the number of examples, an example in a size
        of the objective's own: each has a fixed cost and one that grows.
        """
        grows = self.value(summary) if self.name in COMMON else 1
        return grows / summary.run.plan.problem.n_visited


def axes(summary: Summary) -> tuple[Axis, ...]:
    """Every axis along which the run was measured at two sizes or more, through its own size."""
    found = (Axis(name, _points(summary, name)) for name in sizes_of(summary))
    return tuple(axis for axis in found if len(axis.points) > 1)


def size_along(name: str, summary: Summary) -> int:
    """The size of ``summary`` along the axis ``name``."""
    return sizes_of(summary)[name]


def sizes_of(summary: Summary) -> dict[str, int]:
    """Every size that may be an axis, by name."""
    spec = summary.run.plan.problem
    return {"batch_size": spec.batch_size, "n_examples": spec.n_examples, **spec.counts}


def _points(summary: Summary, name: str) -> tuple[Summary, ...]:
    """The runs that share all other sizes with ``summary``; of equal ones the first."""
    others = [other for other in sizes_of(summary) if other != name]
    found: dict[int, Summary] = {}
    for one in (summary, *summary.sizes):
        if all(size_along(other, one) == size_along(other, summary) for other in others):
            found.setdefault(size_along(name, one), one)
    return tuple(found[size] for size in sorted(found))


def index_at(point: Summary, arm: Arm) -> int | None:
    """The index that ``arm`` has at another size, None where it is not there."""
    for other in point.arms:
        if _identity(other.arm) == _identity(arm):
            return other.arm.index
    return None


def _identity(arm: Arm) -> tuple[str, str, str, str, str | None]:
    return arm.name, arm.backend, arm.device, arm.dtype, arm.python


def phase_of(summary: Summary) -> str:
    """The phase that sizes are compared by: the epoch, of what is not trained the gradient."""
    return "epoch" if summary.run.plan.problem.trained else "gradient"


def cell_at(point: Summary, arm: Arm) -> Cell | None:
    """The epoch, or gradients, of ``arm`` at another size, None where it was not planned there."""
    index = index_at(point, arm)
    return None if index is None else point.cell(index, phase_of(point))


def seconds_of_example(point: Summary, arm: Arm) -> Estimate | None:
    """The seconds of an example visited by ``arm`` at ``point``, None where it has no number."""
    cell = cell_at(point, arm)
    if cell is None or cell.seconds is None:
        return None
    given, n = cell.seconds, point.run.plan.problem.n_visited
    low, high = (None if end is None else end / n for end in (given.low, given.high))
    return Estimate(given.value / n, low, high, given.n)


def n_steps(spec: Spec) -> int:
    """The minibatches of a whole epoch."""
    return -(-spec.n_examples // spec.batch_size)


def steps_timed(spec: Spec) -> int:
    """The minibatches of a timed epoch."""
    return min(spec.steps or n_steps(spec), n_steps(spec))


def is_prefix(spec: Spec) -> bool:
    """Whether a timed epoch is only the first steps of a whole one."""
    return spec.n_visited < spec.n_examples
