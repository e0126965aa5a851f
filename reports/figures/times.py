"""Times: how long an epoch takes in every arm, and its ratio to the baseline."""

from __future__ import annotations

from functools import partial

from reports.figures.drawing import Drawing
from reports.figures.forest import estimate_row, forest, paint_log
from reports.figures.log_axis import seconds_tick
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import Bar
from reports.text.numbers import chosen_percent, difference, shown_ratio, shown_seconds
from reports.text.phases import sentence


def times(findings: Findings) -> Drawing | None:
    """Seconds of the main phase, a row an arm from fast to slow; None where no arm has any."""
    found = [(cell.arm, cell.seconds) for cell in findings.ranked() if cell.seconds]
    spec = findings.run.plan.problem
    what = f"Time of {sentence(findings.main_phase, spec, is_told_cut=False)}"
    return forest(
        "times",
        what,
        [estimate_row(arm, seconds, str(shown_seconds(seconds))) for arm, seconds in found],
        partial(paint_log, words="time, log scale", text=seconds_tick),
        how_to_read="A mark is the mean over blocks, the bar its 95 % interval, often narrower "
        "than the mark. Equal steps of the axis are equal factors.",
        alternative=f"{what} by arm, from fast to slow",
    )


def ratios(findings: Findings) -> Drawing | None:
    """Ratios to the baseline with the band that a claim must clear, None where no arm has one."""
    cells = [cell for cell in findings.ranked() if findings.verdict(cell)]
    found = [(cell.arm, cell.ratio, shown_ratio(cell.ratio)) for cell in cells if cell.ratio]
    bar, to = findings.bar(findings.main_phase), _baselines(cells)
    paint_axis = partial(
        paint_log,
        words="time ÷ baseline's time, log scale",
        held=(0.9 / bar.factor, 1.1 * bar.factor),
        around_1=bar.factor,
    )
    return forest(
        "ratios",
        f"Ratio to {to}",
        [estimate_row(arm, ratio, str(n), f"{n}{n.aside}") for arm, ratio, n in found],
        paint_axis,
        how_to_read=f"Left of 1 is faster. The band is {_band(bar)}: an interval wholly beyond it "
        "is called faster or slower. The null arm is the baseline a second time.",
        alternative=f"Time as a ratio to {to}, with 95 % intervals",
    )


def _band(bar: Bar) -> str:
    """What the band of ratios too small to claim is."""
    if bar.is_margin:
        return f"the margin of {chosen_percent(bar.margin)}"
    return f"what two identical arms may differ by, {difference(bar.factor)}"


def _baselines(cells: list[Cell]) -> str:
    """The names of the baselines that ``cells`` are compared with."""
    found = {cell.baseline.index: cell.baseline for cell in cells}
    return " or ".join(found[index].name for index in sorted(found))
