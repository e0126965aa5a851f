"""The losses: the mean loss after every epoch, beside the reference's."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports.figures.drawing import LOW, Drawing
from reports.figures.forest import of_arm, paint_mark
from reports.figures.labels import short
from reports.figures.log_axis import ROUND, limits, number_tick, paint_ticks, ticks
from reports.figures.palette import GREY, NO_ARM, look
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.text.counted import counted
from reports.text.numbers import plain

SMALLEST, LARGEST = 1e-30, 1e30  # losses beyond are drawn at the edge
MOST_TICKS = 6
BESIDE, HALF = 0.7, 0.42  # epochs over which the arms' marks stand side by side, and half a bar


def losses(findings: Findings) -> Drawing | None:
    """The mean loss after each epoch of every arm that passed, on the reference's line."""
    reference = findings.run.plan.problem.losses_reference
    given = {arm: arm.losses for arm in findings.others if arm.losses and _points(arm.losses)[0]}
    if not given or not _points(reference)[0]:
        return None

    def paint(axes: Axes) -> None:
        values = _paint_reference(axes, reference)
        for i, arm in enumerate(given):
            shift = BESIDE * ((i + 0.5) / len(given) - 0.5)
            with of_arm(axes, arm):
                values += _paint_arm(axes, arm, shift, findings.strays(arm))
        _paint_axes(axes, len(reference), limits(values, room=0.08))

    listed = ", ".join(f"{arm.name} {plain(of[-1])}" for arm, of in given.items())
    return Drawing(
        "losses",
        "Mean loss after each epoch",
        LOW,
        paint,
        how_to_read="Loss on a log scale. The broad bars are the float64 reference, each small "
        "mark an arm. Arms that compute the same thing lie on the bars, side by side to be seen; "
        "one that does not is named.",
        alternative=f"Mean loss after each epoch ({counted(len(reference), 'epoch')}), on a log "
        f"scale; the float64 reference ends at {plain(reference[-1])}; {listed}.",
        looks=(*map(look, given), NO_ARM),
        grey="float64 reference",
    )


def _points(values: tuple[float, ...]) -> tuple[list[int], list[float]]:
    """(epochs, losses) of what can stand on a log axis."""
    kept = {i: v for i, v in enumerate(values, 1) if math.isfinite(v) and v > 0}
    return [*kept], [min(max(value, SMALLEST), LARGEST) for value in kept.values()]


def _paint_reference(axes: Axes, reference: tuple[float, ...]) -> list[float]:
    """A broad bar at each epoch, on which marks lie side by side, and a line from bar to bar."""
    epochs, values = _points(reference)
    axes.plot(epochs, values, color=GREY, lw=1, alpha=0.6)
    ends = np.subtract(epochs, HALF), np.add(epochs, HALF)
    axes.hlines(values, *ends, color=GREY, lw=7, alpha=0.35)
    return values


def _paint_arm(axes: Axes, arm: Arm, shift: float, is_named: bool) -> list[float]:
    """Draw the arm's losses beside the others', named where it is asked for."""
    epochs, values = _points(arm.losses or ())
    paint_mark(axes, [epoch + shift for epoch in epochs], values, look(arm), 3.2)
    if is_named:
        end, above = (epochs[-1], values[-1]), (4, 6)
        axes.annotate(short(arm.name), end, above, textcoords="offset points", ha="right")
    return values


def _paint_axes(axes: Axes, n_epochs: int, ends: tuple[float, float]) -> None:
    axes.set(xlim=(0.5, n_epochs + 0.5), xlabel="epoch", yscale="log", ylim=ends)
    axes.xaxis.set_major_locator(MaxNLocator(10, steps=ROUND, integer=True, min_n_ticks=1))
    paint_ticks(axes.yaxis, ticks(*ends, MOST_TICKS), number_tick)
    axes.grid(axis="y")
