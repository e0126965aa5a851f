"""Times: how long an epoch takes in every arm, and its ratio to the baseline."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.log_axis import number_tick, paint_ticks, seconds_tick
from reports.figures.palette import GREY, look
from reports.figures.prefix import prefix
from reports.figures.rows import Line, frame_for, most_ticks, paint_lines
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import Bar, Estimate
from reports.text.names import visible
from reports.text.numbers import difference, shown_ratio, shown_seconds
from reports.text.phases import sentence


def times(summary: Findings) -> Drawing | None:
    """Seconds of the main phase, a line an arm from fast to slow; None where no arm has any."""
    cells = [cell for cell in summary.ranked() if cell.seconds]
    lines = [_time_line(cell, cell.seconds) for cell in cells if cell.seconds]
    if not lines:
        return None
    frame = frame_for([line.name for line in lines], [line.text for line in lines])

    def paint(axes: Axes) -> None:
        paint_lines(axes, lines)
        paint_ticks(axes.xaxis, most_ticks(frame), seconds_tick)
        axes.set_xlabel("time, log scale")

    spec = summary.run.plan.problem
    what = sentence(summary.main_phase, spec, is_told_cut=False) + prefix(summary)
    listed = "; ".join(f"{visible(line.name, 60)} {line.text}" for line in lines)
    alternative = f"Time of {what} by arm, from fast to slow: {listed}."
    return Drawing(
        name="times",
        title=f"Time of {what}",
        frame=frame,
        paint=paint,
        how_to_read="A mark is the mean over blocks, the bar its 95 % interval, often narrower "
        "than the mark. Equal steps of the axis are equal factors.",
        alternative=alternative,
        looks=tuple(line.look for line in lines),
    )


def _time_line(cell: Cell, seconds: Estimate) -> Line:
    arm = cell.arm
    return Line(arm.name, seconds, str(shown_seconds(seconds)), look(arm))


def ratios(summary: Findings) -> Drawing | None:
    """Ratios to the baseline with the band that a claim must clear, None where no arm has one."""
    ranked = summary.ranked()
    cells = [cell for cell in ranked if summary.verdict(cell)]
    lines = [_ratio_line(cell, cell.ratio) for cell in cells if cell.ratio]
    if not lines:
        return None
    bar = summary.bar(summary.main_phase)
    reach = bar.factor
    frame = frame_for([line.name for line in lines], [line.text for line in lines])

    def paint(axes: Axes) -> None:
        paint_lines(axes, lines)
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.9 / reach), max(high, 1.1 * reach))
        axes.axvspan(1 / reach, reach, color=GREY, alpha=0.28, lw=0)
        axes.axvline(1, color=GREY, lw=1)
        paint_ticks(axes.xaxis, most_ticks(frame), number_tick)
        axes.set_xlabel("time ÷ baseline's time, log scale")

    baseline = _baselines(cells)
    listed = "; ".join(f"{visible(cell.arm.name, 60)} {_words(cell)}" for cell in cells)
    what = prefix(summary)
    alternative = f"Time{what} as a ratio to {baseline}, with 95 % intervals: {listed}."
    return Drawing(
        name="ratios",
        title=f"Ratio to {baseline}{what}",
        frame=frame,
        paint=paint,
        how_to_read=f"Left of 1 is faster. The band is {_band(bar)}: an interval wholly beyond it "
        "is called faster or slower. The null arm is the baseline a second time.",
        alternative=alternative,
        looks=tuple(line.look for line in lines),
    )


def _band(bar: Bar) -> str:
    """What the band of ratios too small to claim is."""
    if bar.is_margin:
        return f"the margin of {100 * bar.margin:g} %"
    return f"what two identical arms may differ by, {difference(bar.factor)}"


def _baselines(cells: list[Cell]) -> str:
    """The names of the baselines that ``cells`` are compared with."""
    found = {cell.baseline.index: cell.baseline for cell in cells}
    return " or ".join(visible(found[index].name, 60) for index in sorted(found))


def _ratio_line(cell: Cell, ratio: Estimate) -> Line:
    arm = cell.arm
    return Line(arm.name, ratio, shown_ratio(ratio).text, look(arm))


def _words(cell: Cell) -> str:
    if cell.ratio is None:
        return ""
    shown = shown_ratio(cell.ratio)
    return f"{shown.text}{shown.aside}"
