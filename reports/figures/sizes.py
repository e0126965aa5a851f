"""Times by size: what an example takes, along one axis of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.estimates.arms import ArmResult
from reports.estimates.intervals import Estimate
from reports.estimates.overtaking import overtakings
from reports.estimates.ratios import Summary
from reports.estimates.sizes import Axis, is_prefix, seconds_of_example
from reports.estimates.sizes import axes as axes_of
from reports.figures.drawing import Drawing
from reports.figures.flags import FRAME, Flag, flag_name, paint_flags, race_dtype, with_room
from reports.figures.log_axis import limits, number_tick, paint_ticks, seconds_tick
from reports.figures.palette import GREY, NO_ARM, look
from reports.figures.rows import TICK, paint_mark
from reports.words.names import visible
from reports.words.numbers import plain, shown_seconds
from reports.words.size_words import along

OF = {  # by whether anything is trained: what is divided, and what a cut leaves of it
    True: ("The epoch's time ÷ the examples that it visits,", "the first steps of an epoch"),
    False: ("The gradients' time ÷ the examples that they are of,", "the first minibatches"),
}


@dataclass(frozen=True, eq=False)
class Curve:
    """One arm's seconds of an example visited, by size."""

    arm: ArmResult
    seconds: dict[int, Estimate]  # from small to large
    cut: frozenset[int]  # sizes at which only the first steps were timed

    def at(self, size: Any) -> Any:
        """The seconds on the straight lines between its points; infinite beyond them."""
        given = np.log([*self.seconds]), np.log([one.value for one in self.seconds.values()])
        return np.exp(np.interp(np.log(size), *given, left=math.inf, right=math.inf))


def curves(summary: Summary, axis: Axis) -> tuple[Curve, ...]:
    """The curve of every arm that was timed at two sizes or more, null arms left out."""
    cut = frozenset(axis.value(p) for p in axis.points if is_prefix(p.run.plan.problem))
    made = []
    for arm in summary.others:
        given = ((axis.value(point), seconds_of_example(point, arm.arm)) for point in axis.points)
        made.append(Curve(arm, {size: seconds for size, seconds in given if seconds}, cut))
    return tuple(curve for curve in made if len(curve.seconds) > 1)


def by_size(summary: Summary) -> tuple[Drawing, ...]:
    """One drawing for every axis along which two sizes or more were timed."""
    found = ((axis, curves(summary, axis)) for axis in axes_of(summary))
    return tuple(_drawing(summary, axis, mine) for axis, mine in found if mine)


def _drawing(summary: Summary, axis: Axis, found: tuple[Curve, ...]) -> Drawing:
    cut = [axis.value(point) for point in axis.points if is_prefix(point.run.plan.problem)]
    dtype = race_dtype(summary, (curve.arm for curve in found))
    drawn = tuple(curve for curve in found if curve.arm.arm.dtype == dtype)
    flags = _flags(summary, axis, drawn)
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
        f"{_cut_words(cut, visited)}",
        looks=(*map(look, ahead), *([NO_ARM] if len(ahead) < len(drawn) else [])),
        grey="never fastest",
    )


def _cut_words(cut: list[int], visited: str) -> str:
    """Which sizes were not visited whole."""
    if not cut:
        return ""
    return f" Only {visited} were timed at {', '.join(map(str, cut))}."


def _flags(summary: Summary, axis: Axis, found: tuple[Curve, ...]) -> list[Flag]:
    """The names of the arms that are fastest on their device, where they become it."""
    claimed = {
        one.ahead.index: one.crossover.place.value
        for one in overtakings(summary, axis)
        if one.changes_the_lead
    }
    flags = []
    for size, curve, before in _leads(axis, found):
        arm = curve.arm
        place = claimed.get(arm.arm.index, 0.0)
        is_claimed = before is not None and before < place <= size
        text = f"from {plain(place, 2)} {flag_name(arm)}" if is_claimed else flag_name(arm)
        x = place if is_claimed else float(size)
        flags.append(Flag(x, curve.at(x), text, arm))
    return flags


def _leads(axis: Axis, found: tuple[Curve, ...]) -> Iterator[tuple[int, Curve, int | None]]:
    """(size, the curve that is lowest of its device from there, the size before)."""
    leading: dict[str, Curve] = {}
    before = None
    for size in map(axis.value, axis.points):
        timed = sorted((c for c in found if size in c.seconds), key=lambda c: c.seconds[size].value)
        lowest = {c.arm.arm.device: c for c in reversed(timed)}
        for device, curve in lowest.items():
            if leading.get(device) is not curve:
                yield size, curve, before
        leading |= lowest
        before = size


def _paint(axes: Axes, axis: Axis, found: tuple[Curve, ...], flags: list[Flag]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes = [axis.value(point) for point in axis.points]
    axes.set_xlim(*limits([float(size) for size in sizes], room=0.04))
    values = [seconds.value for curve in found for seconds in curve.seconds.values()]
    axes.set_ylim(*with_room(limits(values), flags))
    named = {flag.of for flag in flags}
    for curve in found:
        _paint_curve(axes, curve, curve.arm in named)
    axes.set_xticks(sizes, _size_texts(sizes, FRAME.wide / math.log(sizes[-1] / sizes[0])))
    axes.set_xticks([], minor=True)
    paint_ticks(axes.yaxis, 8, seconds_tick)
    axes.set_xlabel(f"{along(axis)}, log scale")
    axes.grid()
    places = np.geomspace(sizes[0], sizes[-1], 100)
    paint_flags(axes, flags, places, np.min([curve.at(places) for curve in found], axis=0))


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


def _paint_curve(axes: Axes, curve: Curve, is_named: bool) -> None:
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
        paint_mark(axes, size, seconds.value, own, 3.0 if size in curve.cut else 5.0)


def _sentence(curve: Curve) -> str:
    told = ", ".join(f"{shown_seconds(given)} at {size}" for size, given in curve.seconds.items())
    return f"{visible(curve.arm.name, 60)} {told}"
