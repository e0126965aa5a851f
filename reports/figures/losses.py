"""The losses: the mean loss after every epoch, beside the reference's."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from reports.figures.drawing import Drawing, Frame
from reports.figures.log_axis import limits, number_tick, paint_ticks
from reports.figures.palette import GREY, NO_ARM, look
from reports.figures.prefix import prefix
from reports.figures.rows import LONGEST_NAME, WIDTH, elided, of_arm, paint_mark
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.text.counted import counted
from reports.text.names import visible
from reports.text.numbers import plain

SMALLEST, LARGEST = 1e-30, 1e30  # losses beyond are drawn at the edge
MOST_TICKS = 6


def losses(summary: Findings) -> Drawing | None:
    """The mean loss after each epoch of every arm that passed, on the reference's line."""
    reference = summary.run.plan.problem.losses_reference
    arms = [arm for arm in summary.others if arm.losses and _drawable(arm.losses)]
    if not arms or not _drawable(reference):
        return None

    def paint(axes: Axes) -> None:
        axes.set_yscale("log")
        axes.plot(*_points(reference), color=GREY, lw=7, alpha=0.35, solid_capstyle="round")
        values = list(_points(reference)[1])
        for i, arm in enumerate(arms):
            place = (i - (len(arms) - 1) / 2) / len(arms)
            with of_arm(axes, arm.name):
                values += _paint_arm(axes, arm, place, summary.strays(arm))
        axes.set_ylim(*limits(values, room=0.08))
        _paint_axes(axes, len(reference))

    listed = ", ".join(f"{visible(arm.name, 60)} {plain((arm.losses or ())[-1])}" for arm in arms)
    return Drawing(
        name="losses",
        title=f"Mean loss after each epoch{prefix(summary)}",
        frame=Frame(WIDTH, 230, 48, 12, 10, 40),
        paint=paint,
        how_to_read="Loss on a log scale. The broad line is the float64 reference, each small mark "
        "an arm. Arms that compute the same thing lie on the line, side by side to be seen; one "
        "that does not is named.",
        alternative=f"Mean loss after each epoch ({counted(len(reference), 'epoch')}), on a log "
        f"scale; the float64 reference ends at {plain(reference[-1])}; {listed}.",
        looks=(*map(look, arms), NO_ARM),
        grey="float64 reference",
    )


def _drawable(values: tuple[float, ...]) -> bool:
    return any(math.isfinite(value) and value > 0 for value in values)


def _paint_arm(axes: Axes, arm: Arm, place: float, is_named: bool) -> list[float]:
    """Draw the arm's losses beside the others', named where it is asked for."""
    epochs, values = _points(arm.losses or ())
    paint_mark(axes, [epoch + 0.7 * place for epoch in epochs], values, look(arm), 3.2)
    if is_named:
        name = elided(visible(arm.name), LONGEST_NAME)
        axes.annotate(
            name, (epochs[-1], values[-1]), (4, 6), textcoords="offset points", ha="right"
        )
    return values


def _paint_axes(axes: Axes, n_epochs: int) -> None:
    axes.set_xlim(0.5, n_epochs + 0.5)
    every = FixedLocator(range(1, n_epochs + 1))
    axes.xaxis.set_major_locator(every if n_epochs <= 10 else MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.grid(axis="y")
    paint_ticks(axes.yaxis, MOST_TICKS, number_tick)


def _points(values: tuple[float, ...]) -> tuple[list[int], list[float]]:
    """(epochs, losses) of what can stand on a log axis."""
    kept = {i: v for i, v in enumerate(values, 1) if math.isfinite(v) and v > 0}
    return [*kept], [min(max(value, SMALLEST), LARGEST) for value in kept.values()]
