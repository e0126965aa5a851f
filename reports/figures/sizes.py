"""Times by size: what an example takes, along one axis of a sweep."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.flags import FRAME, Flag, flag_name, paint_flags, with_room
from reports.figures.log_axis import apart, limits, number_tick, paint_ticks, seconds_tick
from reports.figures.palette import GREY, NO_ARM, look
from reports.figures.rows import TICK, estimate_limits, of_arm, paint_mark
from reports.findings.curve import Curve, Fastest
from reports.findings.findings import Findings
from reports.findings.sweep import Axis
from reports.text.names import visible
from reports.text.numbers import plain, shown_seconds
from reports.text.sizes import along

OF = {  # by whether anything is trained: what is divided, and what a cut leaves of it
    True: ("The epoch's time ÷ the examples that it visits,", "the first steps of an epoch"),
    False: ("The gradients' time ÷ the examples that they are of,", "the first minibatches"),
}


def by_size(summary: Findings) -> tuple[Drawing, ...]:
    """One drawing for every axis along which two sizes or more were timed."""
    axes = summary.sweep.axes if summary.sweep else ()
    return tuple(_drawing(summary, axis) for axis in axes if axis.curves)


def _drawing(summary: Findings, axis: Axis) -> Drawing:
    found, cut = axis.curves, axis.cut
    dtype = summary.race_dtype(curve.arm for curve in found)
    drawn = tuple(curve for curve in found if curve.arm.dtype == dtype)
    flags = list(map(_flag, axis.fastest(drawn)))
    ahead = tuple(dict.fromkeys(flag.of for flag in flags))

    def paint(axes: Axes) -> None:
        _paint(axes, axis, drawn, flags)

    spec = summary.run.plan.problem
    of_what, visited = OF[spec.trained]
    small = f" Small marks: only {visited} were timed." if cut else ""
    of_dtype = f", in {visible(dtype, 20)}" if len(drawn) < len(found) else ""
    listed = "; ".join(map(_sentence, found))
    return Drawing(
        name=f"sizes_{axis.name}",
        title=f"Time of an example, by {along(axis)}{of_dtype}",
        frame=FRAME,
        paint=paint,
        how_to_read=f"{of_what} with 95 % intervals. Lower is faster. An arm is named where it "
        f"takes the lead. Dashed: by hand.{small}",
        alternative=f"Time of an example visited by {along(axis)}, both on log scales: {listed}."
        + (f" Only {visited} were timed at {', '.join(map(str, cut))}." if cut else ""),
        looks=(*map(look, ahead), *([NO_ARM] if len(ahead) < len(drawn) else [])),
        grey="never fastest",
    )


def _flag(one: Fastest) -> Flag:
    """The name of an arm that is the fastest, at the size from which it is."""
    start = f"from {plain(one.since, 2)} " if one.is_claimed else ""
    return Flag(one.since, one.seconds, start + flag_name(one.arm), one.arm)


def _paint(axes: Axes, axis: Axis, found: tuple[Curve, ...], flags: list[Flag]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes = list(axis.sizes)
    axes.set_xlim(*limits([float(size) for size in sizes], room=0.04))
    every = [seconds for curve in found for seconds in curve.seconds.values()]
    axes.set_ylim(*with_room(estimate_limits(every), flags))
    named = {flag.of for flag in flags}
    for curve in found:
        with of_arm(axes, curve.arm.name):
            _paint_curve(axes, curve, axis.cut, curve.arm in named)
    places = np.log(sizes) * FRAME.wide / math.log(sizes[-1] / sizes[0])
    named_sizes = apart(sizes, places, TICK)
    axes.set_xticks(named_sizes, list(map(number_tick, named_sizes)))
    axes.set_xticks([], minor=True)
    paint_ticks(axes.yaxis, 8, seconds_tick)
    axes.set_xlabel(f"{along(axis)}, log scale")
    axes.grid()
    along_it = np.geomspace(sizes[0], sizes[-1], 100)
    paint_flags(axes, flags, along_it, np.min([curve.at(along_it) for curve in found], axis=0))


def _paint_curve(axes: Axes, curve: Curve, cut: tuple[int, ...], is_named: bool) -> None:
    own = look(curve.arm)
    sizes, values = [*curve.seconds], [seconds.value for seconds in curve.seconds.values()]
    if not is_named:
        axes.plot(sizes, values, color=GREY, lw=0.8, alpha=0.5)
        return
    axes.plot(sizes, values, color=own.colour, ls=own.dash, lw=1.8)
    for size, seconds in curve.seconds.items():
        if seconds.low is not None and seconds.high is not None:
            ends = np.clip((seconds.low, seconds.high), *axes.get_ylim())
            axes.plot((size, size), ends, color=own.colour, lw=1.4)
        paint_mark(axes, size, seconds.value, own, 3.0 if size in cut else 5.0)


def _sentence(curve: Curve) -> str:
    told = ", ".join(f"{shown_seconds(given)} at {size}" for size, given in curve.seconds.items())
    return f"{visible(curve.arm.name, 60)} {told}"
