"""The race: curves of arms on two log axes, those that ever lead in colour, with flags."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import Drawing, Frame
from reports.figures.ends import margin, paint_ends
from reports.figures.flags import FRAME, Flag, paint_flags, with_room
from reports.figures.forest import of_arm, paint_mark
from reports.figures.log_axis import (
    apart,
    interval_limits,
    limits,
    most_ticks,
    number_tick,
    paint_ticks,
    seconds_tick,
    ticks,
)
from reports.figures.palette import GREY, NO_ARM, look
from reports.findings.arms import Arm
from reports.findings.intervals import Estimate, Floats

Seconds: TypeAlias = Mapping[int, Estimate] | Mapping[float, Estimate]  # by place, in order
MOST_TICKS = 8  # of the seconds
DENSE = 100  # places at which flags look for the lowest curve


def race(
    name: str,
    title: str,
    along: str,
    curves: Mapping[Arm, Seconds],
    flags: Sequence[Flag],
    marks: Mapping[int, float],
    is_named: bool = False,
    **words: str,
) -> Drawing:
    """The drawing of ``curves`` along an axis, in grey those of an arm without a flag.

    ``marks``: how large a mark is at each place that was measured, if only some were.
    ``is_named``: none is grey, and each has its name at its end.
    """
    ahead = list(curves) if is_named else list(dict.fromkeys(flag.arm for flag in flags))
    frame = replace(FRAME, right=margin(curves)) if is_named else FRAME
    places = sorted({place for curve in curves.values() for place in curve})
    every = [seconds for curve in curves.values() for seconds in curve.values()]
    ends, is_cut = interval_limits(every)
    x_ends, y_ends = limits(places, room=0.04), with_room(ends, flags, frame)
    words["how_to_read"] += " Intervals that reach beyond the axis are cut." if is_cut else ""

    def paint(axes: Axes) -> None:
        axes.set(xscale="log", yscale="log", xlim=x_ends, ylim=y_ends, xlabel=f"{along}, log scale")
        paint_ticks(axes.xaxis, _named(x_ends, marks, frame), number_tick)
        paint_ticks(axes.yaxis, ticks(*y_ends, MOST_TICKS), seconds_tick)
        axes.grid()
        for arm, curve in curves.items():
            with of_arm(axes, arm):
                if arm in ahead:
                    _paint_curve(axes, arm, curve, marks)
                else:
                    axes.plot([*curve], _values(curve), color=GREY, lw=0.8, alpha=0.5)
        paint_flags(axes, flags, _lowest(places, curves.values()), frame)
        if is_named:
            paint_ends(axes, {arm: _end(curve) for arm, curve in curves.items()}, frame)

    looks = (*map(look, ahead), *([NO_ARM] if len(ahead) < len(curves) else []))
    return Drawing(name, title, frame, paint, looks=looks, **words)


def _named(ends: tuple[float, float], marks: Mapping[int, float], frame: Frame) -> list[float]:
    """The places with ticks: of those measured as many as have room, else round ones."""
    if not marks:
        return ticks(*ends, most_ticks(frame.wide))
    return apart(marks, np.log([*marks]) * frame.wide / math.log(ends[1] / ends[0]))


def _paint_curve(axes: Axes, arm: Arm, curve: Seconds, marks: Mapping[int, float]) -> None:
    """An arm's curve in its colour, with what was measured and its intervals."""
    own = look(arm)
    axes.plot([*curve], _values(curve), color=own.colour, ls=own.dash, lw=2, zorder=3)
    for place, size in marks.items():
        if seconds := curve.get(place):
            paint_mark(axes, place, seconds.value, own, size)
            if seconds.low is not None and seconds.high is not None:
                ends = np.clip((seconds.low, seconds.high), *axes.get_ylim())
                axes.plot((place, place), ends, color=own.colour, lw=1.4)


def _values(curve: Seconds) -> list[float]:
    return [seconds.value for seconds in curve.values()]


def _end(curve: Seconds) -> tuple[float, float]:
    """The last place of a curve, with its seconds."""
    place = list(curve)[-1]
    return place, curve[place].value  # type: ignore[index]  # a key of its own


def _lowest(places: Sequence[float], curves: Collection[Seconds]) -> Floats:
    """The lowest of ``curves``, (points, 2): places and their seconds."""
    xs = np.geomspace(places[0], places[-1], DENSE)
    given = [(np.log([*curve]), np.log(_values(curve))) for curve in curves]
    logs = [np.interp(np.log(xs), *one, left=math.inf, right=math.inf) for one in given]
    return np.stack([xs, np.exp(np.min(logs, axis=0))], axis=1)
