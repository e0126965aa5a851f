"""The spread: how far single blocks lie from their arm's ratio, every block a dot."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import Drawing, Frame
from reports.figures.forest import CUT, forest, paint_arrows, paint_bar, paint_mark, row_of
from reports.figures.log_axis import TICK, apart, paint_ticks
from reports.figures.palette import GREY, look
from reports.findings.findings import Findings
from reports.findings.spread import Spread
from reports.text.numbers import percent, plain

FARTHEST = math.log(30)  # a block or an interval that reaches farther is cut, and said to be
TIMES = "\N{MULTIPLICATION SIGN}"
TICKS = (1.003, 1.01, 1.03, 1.1, 1.3, 2.0, 5.0, 20.0)


def spread(findings: Findings) -> Drawing | None:
    """Each block's ratio to the baseline ÷ the arm's own; None below two blocks."""
    found = findings.spreads
    bound = math.log1p(findings.run.plan.margin)
    farthest = max([bound, *(one.farthest for one in found)])
    cut = " An arrow: it reaches beyond the axis." if farthest > FARTHEST else ""
    return forest(
        "spread",
        "How sure, block by block",
        [row_of(one.arm, _width(one.factor), partial(_paint_row, one)) for one in found],
        partial(paint_deviations, bound, farthest, "block ÷ mean"),
        how_to_read="Each mark is one block: its ratio to the baseline ÷ the arm's mean "
        "ratio. The bar is the 95 % interval of that mean, the grey band the margin. The scale is "
        f"even within the band and logarithmic beyond.{cut}",
        alternative="How far single blocks lie from their arm's ratio; 95 % intervals",
    )


def _width(factor: float) -> str:
    """Half the width of an interval of logs as per cent, or as a factor where it is wide."""
    return f"±{percent(factor - 1)}" if factor < 2 else f"factor {plain(factor, 2)}"


def paint_deviations(
    bound: float, farthest: float, words: str, axes: Axes, frame: Frame, _: object
) -> None:
    """An axis of logs around 0 that holds everything, or ends where it says that it is cut."""
    reach = 1.12 * min(farthest, FARTHEST)
    axes.axvspan(-bound, bound, color=GREY, alpha=0.18, lw=0)
    axes.axvline(0, color=GREY, lw=1)
    axes.set(xlim=(-reach, reach), xlabel=words + (CUT if farthest > FARTHEST else ""))
    axes.set_xscale("asinh", linear_width=2 * bound)
    paint_ticks(axes.xaxis, _ticks(axes, reach, frame.wide), _tick)
    axes.grid(axis="x")


def _ticks(axes: Axes, reach: float, wide: float) -> list[float]:
    """The logs that are named on both sides of 0, as many as have room."""
    to_share = axes.transScale + axes.transLimits
    logs = [math.log(size) for size in TICKS if math.log(size) <= reach][::-1]
    places = {log: wide * (to_share.transform((log, 0.0))[0] - 0.5) for log in logs}
    clear = {log: place for log, place in places.items() if place >= TICK}  # of the label of 1
    kept = apart(clear, clear.values())
    return [*(-log for log in kept), 0.0, *kept]


def _tick(value: float) -> str:
    factor = f"{math.exp(abs(value)):.4g}"
    return "1" if factor == "1" else f"{TIMES if value > 0 else '÷'}{factor}"


def _paint_row(one: Spread, axes: Axes, row: int) -> None:
    """The arm's interval and its blocks; an arrow at the edge for what lies beyond."""
    own, logs, half = look(one.arm), one.deviations, one.half
    paint_bar(axes, row, (-half, half), own, lw=6, alpha=0.3, solid_capstyle="butt")
    paint_arrows(axes, row, (min(-half, *logs), max(half, *logs)), own)
    inside = logs[np.abs(logs) <= axes.get_xlim()[1]]
    paint_mark(axes, inside, np.full(len(inside), row), own, 4.0)
