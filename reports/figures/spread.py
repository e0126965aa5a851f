"""The spread: how far single blocks lie from their arm's ratio, every block a dot."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.figures.drawing import PAPER, Drawing
from reports.figures.palette import BASELINE, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import frame_for, paint_names
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import Floats, exp, t_half_width
from reports.words.names import visible
from reports.words.numbers import MINUS, percent, plain

TINY = 1e-9
FARTHEST = 1.0  # a block beyond e or 1/e times its arm's ratio is drawn at the edge


def spread(summary: Findings) -> Drawing | None:
    """Each block's ratio to the baseline ÷ the arm's own; None below two blocks."""
    cells = [cell for cell in summary.ranked() if cell.mde is not None]
    if not cells:
        return None
    names = [cell.arm.name for cell in cells]
    deviations = [_deviations(summary, cell) for cell in cells]
    texts = [_width(float(t_half_width(logs))) for logs in deviations]

    def paint(axes: Axes) -> None:
        for row, (cell, logs) in enumerate(zip(cells, deviations, strict=True)):
            _paint_row(axes, row, summary, cell, logs)
        _paint_axis(axes, summary, deviations)
        paint_names(axes, names, texts)

    listed = "; ".join(f"{visible(n, 60)} {t}" for n, t in zip(names, texts, strict=True))
    alternative = f"How far single blocks lie from their arm's ratio; 95 % intervals: {listed}."
    return Drawing(
        name="spread",
        title=f"How sure, block by block{prefix(summary)}",
        frame=frame_for(names, texts),
        paint=paint,
        how_to_read="Each dot is one block: its ratio to the baseline against the arm's mean "
        "ratio. The bar is the 95 % interval of that mean, the band the "
        "margin. Near 0 the scale is linear, farther out logarithmic.",
        alternative=alternative,
    )


def _width(half: float) -> str:
    """Half the width of an interval of logs as per cent, or as a factor where it is wide."""
    factor = exp(half)
    return f"±{percent(factor - 1)}" if factor < 2 else f"factor {plain(factor, 2)}"


def _deviations(summary: Findings, cell: Cell) -> Floats:
    logs = summary.to_baseline(cell)
    kept = logs[~np.isnan(logs)]
    return np.asarray(kept - kept.mean())


def _paint_row(axes: Axes, row: int, summary: Findings, cell: Cell, logs: Floats) -> None:
    look = arm_looks(summary)[cell.arm.index]
    half = min(float(t_half_width(logs)), FARTHEST)
    shown = np.clip(logs, -FARTHEST, FARTHEST)
    face = PAPER if look.hollow else look.colour
    axes.plot((-half, half), (row, row), color=look.colour, lw=7, alpha=0.35, solid_capstyle="butt")
    axes.plot(shown, np.full(len(shown), row), look.marker, ms=4, mfc=face, mec=look.colour, mew=1)


def _tick(value: float) -> str:
    return f"{100 * value:+.3g}".replace("-", MINUS) if abs(value) > TINY else "0"


def _ticks(bound: float, reach: float) -> list[float]:
    """0 and a few round distances on either side, none nearer to 0 than the margin."""
    sizes = [size for size in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0) if bound <= size <= reach]
    return [*(-size for size in reversed(sizes)), 0.0, *sizes]


def _paint_axis(axes: Axes, summary: Findings, deviations: list[Floats]) -> None:
    bound = np.log1p(summary.run.plan.margin)
    farthest = max(float(np.abs(logs).max()) for logs in deviations)
    reach = min(max(1.15 * farthest, 1.3 * bound), 1.1 * FARTHEST)
    axes.axvspan(-bound, bound, color=BASELINE, alpha=0.18, lw=0)
    axes.axvline(0, color=BASELINE, lw=1)
    axes.set_xlim(-reach, reach)
    axes.set_xscale("asinh", linear_width=2 * bound)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(bound, reach)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    axes.set_xlabel("distance from the arm's ratio, % (in logs)")
    axes.grid(axis="x")
