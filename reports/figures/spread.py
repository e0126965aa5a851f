"""The spread: how far single blocks lie from their arm's ratio, every block a dot."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.figures.drawing import Drawing, Frame
from reports.figures.log_axis import apart
from reports.figures.palette import GREY, look
from reports.figures.prefix import prefix
from reports.figures.rows import TICK, frame_for, of_arm, paint_mark, paint_names
from reports.findings.findings import Findings
from reports.findings.spread import Spread
from reports.text.names import visible
from reports.text.numbers import percent, plain

FARTHEST = math.log(30)  # a block or an interval that reaches farther is cut, and said to be
TIMES = "\N{MULTIPLICATION SIGN}"
TICKS = (1.003, 1.01, 1.03, 1.1, 1.3, 2.0, 5.0, 20.0)


def spread(summary: Findings) -> Drawing | None:
    """Each block's ratio to the baseline ÷ the arm's own; None below two blocks."""
    found = summary.spreads
    if not found:
        return None
    names, texts = [one.arm.name for one in found], [_width(one.factor) for one in found]
    frame = frame_for(names, texts)
    farthest = max(one.farthest for one in found)

    def paint(axes: Axes) -> None:
        _paint_axis(axes, frame, float(np.log1p(summary.run.plan.margin)), farthest)
        for row, one in enumerate(found):
            with of_arm(axes, one.arm.name):
                _paint_row(axes, row, one)
        paint_names(axes, names, texts)

    cut = " An arrow: it reaches beyond the axis." if farthest > FARTHEST else ""
    listed = "; ".join(f"{visible(n, 60)} {t}" for n, t in zip(names, texts, strict=True))
    alternative = f"How far single blocks lie from their arm's ratio; 95 % intervals: {listed}."
    return Drawing(
        name="spread",
        title=f"How sure, block by block{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Each mark is one block: its ratio to the baseline ÷ the arm's mean "
        "ratio. The bar is the 95 % interval of that mean, the grey band the margin. The scale is "
        f"even within the band and logarithmic beyond.{cut}",
        alternative=alternative,
        looks=tuple(look(one.arm) for one in found),
    )


def _width(factor: float) -> str:
    """Half the width of an interval of logs as per cent, or as a factor where it is wide."""
    return f"±{percent(factor - 1)}" if factor < 2 else f"factor {plain(factor, 2)}"


def _paint_axis(axes: Axes, frame: Frame, bound: float, farthest: float) -> None:
    """An axis that holds everything, or ends where it says that it is cut."""
    reach = 1.12 * min(max(farthest, bound), FARTHEST)
    axes.axvspan(-bound, bound, color=GREY, alpha=0.18, lw=0)
    axes.axvline(0, color=GREY, lw=1)
    axes.set_xlim(-reach, reach)
    axes.set_xscale("asinh", linear_width=2 * bound)
    to_share = axes.transScale + axes.transLimits
    logs = [math.log(size) for size in TICKS if math.log(size) <= reach][::-1]
    places = (to_share.transform([(size, 0.0) for size in logs]).T[0] - 0.5) * frame.wide
    n_clear = int((places >= TICK).sum())  # of the label of 1
    kept = apart(logs[:n_clear], places[:n_clear], TICK)
    axes.xaxis.set_major_locator(FixedLocator([*(-size for size in kept), 0.0, *kept]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    axes.set_xlabel(f"block ÷ mean{', cut at the arrows' if farthest > FARTHEST else ''}")
    axes.grid(axis="x")


def _tick(value: float) -> str:
    factor = f"{math.exp(abs(value)):.4g}"
    return "1" if factor == "1" else f"{TIMES if value > 0 else '÷'}{factor}"


def _paint_row(axes: Axes, row: int, one: Spread) -> None:
    """The arm's interval and its blocks; an arrow at the edge for what lies beyond."""
    edge, own = axes.get_xlim()[1], look(one.arm)
    logs, half = one.deviations, one.half
    ends = np.clip((-half, half), -edge, edge)
    axes.plot(ends, (row, row), color=own.colour, lw=6, alpha=0.3, solid_capstyle="butt")
    inside = logs[np.abs(logs) <= edge]
    paint_mark(axes, inside, np.full(len(inside), row), own, 4.0)
    for value in {*logs[np.abs(logs) > edge], *([-half, half] if half > edge else [])}:
        side = math.copysign(1, value)
        axes.plot(side * edge, row, ">" if side > 0 else "<", ms=6, color=own.colour, clip_on=False)
