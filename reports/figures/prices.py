"""The prices: what autodiff costs over a gradient by hand in the same framework."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.log_axis import number_tick, paint_ticks
from reports.figures.palette import BASELINE, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import OVER, Line, frame_for, most_ticks, paint_lines
from reports.findings.findings import Findings
from reports.findings.price import AutodiffPrice
from reports.words.names import visible
from reports.words.numbers import shown_ratio

MARKS = {  # by whether anything is trained
    True: "Filled: the whole epoch. Hollow: the gradient alone.",
    False: "It is that of the gradient alone.",
}
WORDS = {"epoch": "epoch", "gradient": "gradient"}


def prices(summary: Findings) -> Drawing | None:
    """Autodiff ÷ hand-written of every pair of arms, None where no pair was timed."""
    found = sorted(summary.yardsticks.price_of_autodiff, key=lambda one: (*_pair(one), one.phase))
    if not found:
        return None
    lines = _lines(summary, found)
    frame = frame_for([line.name for line in lines], [line.text for line in lines])

    def paint(axes: Axes) -> None:
        paint_lines(axes, lines)
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.8), max(high, 1.25))
        axes.axvline(1, color=BASELINE, lw=1.2)
        paint_ticks(axes.xaxis, most_ticks(frame), number_tick)
        axes.set_xlabel("autodiff ÷ by hand, log scale")

    listed = "; ".join(_sentence(summary, price) for price in found)
    return Drawing(
        name="prices",
        title=f"What autodiff costs{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Time with automatic differentiation ÷ time with the gradient written by hand, "
        "in the same framework and execution, with its 95 % interval. At the line of 1 the "
        f"derivative is free. {MARKS[summary.run.plan.problem.trained]}",
        alternative=f"Price of autodiff, with 95 % intervals, 1 is free: {listed}.",
    )


def _lines(summary: Findings, found: list[AutodiffPrice]) -> list[Line]:
    """A line a price; only the first of a pair carries the pair's name."""
    lines: list[Line] = []
    for i, price in enumerate(found):
        above, below = (arm.name for arm in (price.above, price.below))
        is_first = i == 0 or _pair(found[i - 1]) != _pair(price)
        name = f"{visible(above, 60)}{OVER}{visible(below, 60)}" if is_first else ""
        look = replace(arm_looks(summary)[price.above.index], hollow=price.phase != "epoch")
        text = f"{shown_ratio(price.ratio).text} {WORDS[price.phase]}"
        lines.append(Line(name, price.ratio, text, look))
    return lines


def _pair(price: AutodiffPrice) -> tuple[int, int]:
    return price.above.index, price.below.index


def _sentence(summary: Findings, price: AutodiffPrice) -> str:
    above, below = (visible(arm.name, 60) for arm in (price.above, price.below))
    shown = shown_ratio(price.ratio)
    return f"{above} ÷ {below}, {WORDS[price.phase]} {shown.text}{shown.aside}"
