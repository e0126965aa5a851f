"""The prices: what autodiff costs over a gradient by hand in the same framework."""

from __future__ import annotations

from itertools import groupby

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.log_axis import number_tick, paint_ticks
from reports.figures.palette import GREY, look
from reports.figures.prefix import prefix
from reports.figures.rows import OVER, Line, frame_for, most_ticks, paint_lines
from reports.findings.findings import Findings
from reports.findings.price import AutodiffPrice
from reports.text.names import visible
from reports.text.numbers import shown_ratio


def prices(summary: Findings) -> Drawing | None:
    """Autodiff ÷ hand-written of every pair of arms, None where no pair was timed."""
    found = sorted(summary.yardsticks.price_of_autodiff, key=_rank)
    if not found:
        return None
    lines = _lines(found)
    frame = frame_for([line.name for line in lines], [line.text for line in lines])

    def paint(axes: Axes) -> None:
        paint_lines(axes, lines)
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.8), max(high, 1.25))
        axes.axvline(1, color=GREY, lw=1.2)
        paint_ticks(axes.xaxis, most_ticks(frame), number_tick)
        axes.set_xlabel("autodiff ÷ by hand, log scale")

    listed = "; ".join(map(_sentence, found))
    return Drawing(
        name="prices",
        title=f"What autodiff costs{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Time with automatic differentiation ÷ time with the gradient written by hand, "
        "in the same framework and execution, with its 95 % interval. At the line of 1 the "
        "derivative is free.",
        alternative=f"Price of autodiff, with 95 % intervals, 1 is free: {listed}.",
        looks=tuple(line.look for line in lines),
    )


def _rank(price: AutodiffPrice) -> tuple[int, int, str]:
    return price.above.index, price.below.index, price.phase


def _lines(found: list[AutodiffPrice]) -> list[Line]:
    """A line a price; two of one pair share its name between them."""
    lines: list[Line] = []
    for (above, below), group in groupby(found, key=lambda price: (price.above, price.below)):
        prices, over = list(group), f"{OVER.lstrip()}{visible(below.name, 60)}"
        name = visible(above.name, 60)
        for line, price in zip((name, over), prices, strict=False):
            text = f"{shown_ratio(price.ratio).text} {price.phase}"
            lines.append(Line(line, price.ratio, text, look(above)))
    return lines


def _sentence(price: AutodiffPrice) -> str:
    above, below = (visible(arm.name, 60) for arm in (price.above, price.below))
    shown = shown_ratio(price.ratio)
    return f"{above} ÷ {below}, {price.phase} {shown.text}{shown.aside}"
