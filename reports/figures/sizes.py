"""Times by size: what an example takes, along one axis of a sweep."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import PAPER, Drawing, Frame
from reports.figures.ends import End, frame_for_ends, paint_ends
from reports.figures.log_axis import limits, number_tick, paint_ticks, seconds_tick
from reports.figures.palette import Look, arm_looks
from reports.figures.rows import TICK
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.sweep import Axis
from reports.words.names import visible
from reports.words.numbers import shown_seconds
from reports.words.size_words import along

OF = {  # by whether anything is trained: what is divided, and what a cut leaves of it
    True: ("The epoch's time ÷ the examples that it visits,", "the first steps of an epoch"),
    False: ("The gradients' time ÷ the examples that they are of,", "the first minibatches"),
}


@dataclass(frozen=True)
class Curve:
    """One arm's seconds of an example visited, by size."""

    arm: Arm
    points: tuple[tuple[int, Estimate, bool], ...]  # (size, seconds, whether a prefix)


def curves(summary: Findings, axis: Axis) -> tuple[Curve, ...]:
    """The curve of every arm that was timed at two sizes or more, null arms left out."""
    made = (Curve(arm, _points(axis, arm)) for arm in summary.others)
    return tuple(curve for curve in made if len(curve.points) > 1)


def _points(axis: Axis, arm: Arm) -> tuple[tuple[int, Estimate, bool], ...]:
    given = ((size, point, point.of(arm).seconds_of_example) for size, point in axis.sized)
    return tuple((size, seconds, point.is_prefix) for size, point, seconds in given if seconds)


def by_size(summary: Findings) -> tuple[Drawing, ...]:
    """One drawing for every axis along which two sizes or more were timed."""
    found = (
        (axis, curves(summary, axis)) for axis in (summary.sweep.axes if summary.sweep else ())
    )
    return tuple(_drawing(summary, axis, mine) for axis, mine in found if mine)


def _drawing(summary: Findings, axis: Axis, found: tuple[Curve, ...]) -> Drawing:
    frame = frame_for_ends([curve.arm.name for curve in found], least=300)
    cut = [size for size, point in axis.sized if point.is_prefix]

    def paint(axes: Axes) -> None:
        _paint(axes, frame, axis, found, arm_looks(summary))

    spec = summary.run.plan.problem
    of_what, visited = OF[spec.trained]
    hollow = f" Hollow marks: only {visited} were timed." if cut else ""
    listed = "; ".join(map(_sentence, found))
    return Drawing(
        name=f"sizes_{axis.name}",
        title=f"Time of an example, by {along(axis)}",
        frame=frame,
        paint=paint,
        how_to_read=f"{of_what} with 95 % intervals; both axes are "
        f"logarithmic. Lower is faster.{hollow}",
        alternative=f"Time of an example visited by {along(axis)}: {listed}."
        f"{_cut_words(cut, visited)}",
    )


def _cut_words(cut: list[int], visited: str) -> str:
    """Which sizes were not visited whole."""
    if not cut:
        return ""
    return f" Only {visited} were timed at {', '.join(map(str, cut))}."


def _paint(
    axes: Axes, frame: Frame, axis: Axis, found: tuple[Curve, ...], looks: tuple[Look, ...]
) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes = list(axis.sizes)
    axes.set_xlim(*limits([float(size) for size in sizes], room=0.04))
    axes.set_ylim(*limits([s.value for curve in found for _, s, _ in curve.points]))
    for curve in found:
        _paint_curve(axes, curve, looks[curve.arm.index])
    axes.set_xticks(sizes, _size_texts(sizes, frame.wide / math.log(sizes[-1] / sizes[0])))
    axes.set_xticks([], minor=True)
    paint_ticks(axes.yaxis, 8, seconds_tick)
    axes.set_xlabel(f"{along(axis)}, log scale")
    axes.grid()
    paint_ends(axes, frame, [_end(curve, looks) for curve in found])


def _size_texts(sizes: list[int], per_log: float) -> list[str]:
    """The sizes as labels of ticks, left out where they would touch the one before."""
    texts: list[str] = []
    last = 0.0
    for size in sizes:
        at = per_log * math.log(size)
        has_room = not texts or at - last >= TICK
        texts.append(number_tick(size) if has_room else "")
        last = at if has_room else last
    return texts


def _paint_curve(axes: Axes, curve: Curve, look: Look) -> None:
    sizes = [size for size, _, _ in curve.points]
    seconds = [estimate for _, estimate, _ in curve.points]
    axes.plot(sizes, [s.value for s in seconds], color=look.colour, ls=look.dash, lw=1.6)
    for size, estimate, is_cut in curve.points:
        if estimate.low is not None and estimate.high is not None:
            ends = np.clip((estimate.low, estimate.high), *axes.get_ylim())
            axes.plot((size, size), ends, color=look.colour, lw=1.4)
        face = PAPER if is_cut else look.colour
        axes.plot(size, estimate.value, look.marker, ms=5, mfc=face, mec=look.colour, mew=1.4)


def _end(curve: Curve, looks: tuple[Look, ...]) -> End:
    size, seconds, _ = curve.points[-1]
    return End(size, seconds.value, curve.arm.name, looks[curve.arm.index])


def _sentence(curve: Curve) -> str:
    told = ", ".join(f"{shown_seconds(seconds)} at {size}" for size, seconds, _ in curve.points)
    return f"{visible(curve.arm.name, 60)} {told}"
