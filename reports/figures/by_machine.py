"""By machine: each machine's ratio beside that of all, an arm a row, a mark a machine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.forest import forest, paint_arrows, paint_bar, paint_mark, row_of
from reports.figures.palette import look
from reports.figures.spread import FARTHEST, paint_deviations
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.text.numbers import shown_ratio

APART, LEAST, MOST = 6.0, 15.0, 60.0  # points: from mark to mark, the height of a row
MARK = 4.5


@dataclass(frozen=True)
class OfArm:
    """An arm's ratio over all machines and on each, as logs around the former."""

    arm: Arm
    ratio: Estimate
    each: tuple[tuple[int, Estimate], ...]  # number of the machine, its own

    def around(self, one: Estimate) -> tuple[float, float, float]:
        """(value, low, high) of one of them, all the value where there is no interval."""
        centre = math.log(self.ratio.value)
        ends = (one.value, one.low or one.value, one.high or one.value)
        value, low, high = (math.log(end) - centre for end in ends)
        return value, low, high

    @property
    def farthest(self) -> float:
        """How far a mark or an end lies from the ratio over all at most."""
        every = (self.ratio, *(one for _, one in self.each))
        return max(abs(end) for one in every for end in self.around(one))


def by_machine(findings: Findings) -> Drawing | None:
    """Each machine's ratio ÷ that over all machines; None of a run of one."""
    found = [*_arms(findings)] if findings.machines.are_several else []
    n, bound = findings.machines.n, math.log1p(findings.run.plan.margin)
    farthest = max([bound, *(one.farthest for one in found)])
    cut = " An arrow: it reaches beyond the axis." if farthest > FARTHEST else ""
    return forest(
        "by_machine",
        "Ratio to the baseline, machine by machine",
        [row_of(one.arm, str(shown_ratio(one.ratio)), partial(_paint_row, one, n), _told(one))
         for one in found],
        partial(paint_deviations, bound, farthest, "machine ÷ all"),
        high=min(max(APART * (n + 1), LEAST), MOST),
        how_to_read="Each mark is one machine, from machine 1 above down: its ratio to the "
        "baseline ÷ the ratio over all machines, which stands at the right, with its 95 % interval "
        "within it. The pale box is the interval over all, the grey band the margin. The scale is "
        f"even within the band and logarithmic beyond.{cut}",
        alternative="Ratio to the baseline over all machines and on each; 95 % intervals",
    )  # fmt: skip


def _arms(findings: Findings) -> Iterator[OfArm]:
    """The arms that are compared, from fast to slow, null arms too."""
    for cell in findings.ranked():
        each = [
            (machine.number, one.ratio)
            for machine in findings.by_machine
            for one in machine.ratios
            if one.arm is cell.arm
        ]
        if cell.ratio and each:
            yield OfArm(cell.arm, cell.ratio, tuple(each))


def _told(one: OfArm) -> str:
    """The ratios in words."""
    every = ((f"machine {number}", ratio) for number, ratio in one.each)
    shown = ((name, shown_ratio(ratio)) for name, ratio in (("all", one.ratio), *every))
    return ", ".join(f"{name} {ratio}{ratio.aside}" for name, ratio in shown)


def _paint_row(one: OfArm, n: int, axes: Axes, row: int) -> None:
    """The interval over all as a pale box, and a mark on its own interval for each machine."""
    own, step = look(one.arm), 1 / (n + 1)
    _, low, high = one.around(one.ratio)
    axes.barh(row, high - low, 0.8, low, color=own.colour, alpha=0.22, lw=0)
    for number, ratio in one.each:
        place = row - 0.5 + step * number
        value, low, high = one.around(ratio)
        paint_bar(axes, place, (low, high), own, lw=1.2, solid_capstyle="round")
        paint_arrows(axes, place, (low, high), own)
        if abs(value) <= axes.get_xlim()[1]:
            paint_mark(axes, value, place, own, MARK)
