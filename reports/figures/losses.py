"""The losses: the mean loss after every epoch, beside the reference's."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from reports.figures.drawing import PAPER, Drawing
from reports.figures.ends import End, frame_for_ends, paint_ends
from reports.figures.log_axis import limits, number_tick, paint_ticks
from reports.figures.palette import BASELINE, Look, arm_looks
from reports.figures.prefix import prefix
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.words.counted import counted
from reports.words.names import visible
from reports.words.numbers import plain

SMALLEST, LARGEST = 1e-30, 1e30  # losses beyond are drawn at the edge
NEAR = 0.01  # of the reference's loss: nearer than the eye can tell
REFERENCE = Look(BASELINE, "o", "-", False)
MOST_TICKS = 6


def losses(summary: Findings) -> Drawing | None:
    """The mean loss after each epoch of every arm that passed, on the reference's line."""
    reference = summary.run.plan.problem.losses_reference
    arms = [arm for arm in summary.others if arm.losses and _drawable(arm.losses)]
    if not arms or not _drawable(reference):
        return None
    far = [arm for arm in arms if not _is_near(arm.losses or (), reference)]
    group = _group_name(len(arms) - len(far), len(far))
    frame = frame_for_ends(["float64 reference", group, *(arm.name for arm in far)])

    def paint(axes: Axes) -> None:
        _paint_points(axes, summary, arms)
        ends = [_end(reference, "float64 reference", REFERENCE)]
        ends += [_end(reference, group, REFERENCE)] if len(far) < len(arms) else []
        looks = arm_looks(summary)
        ends += [_end(arm.losses or (), arm.name, looks[arm.index]) for arm in far]
        paint_ends(axes, frame, ends)

    listed = ", ".join(f"{visible(arm.name, 60)} {plain((arm.losses or ())[-1])}" for arm in arms)
    return Drawing(
        name="losses",
        title=f"Mean loss after each epoch{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Loss on a log scale. The broad line is the float64 reference, each small mark "
        "an arm. Arms that compute the same thing lie on the line. They are set side by side to be "
        "seen.",
        alternative=f"Mean loss after each epoch ({counted(len(reference), 'epoch')}), on a log "
        f"scale; the float64 reference ends at {plain(reference[-1])}; {listed}.",
    )


def _group_name(near: int, far: int) -> str:
    if near == 1 and not far:
        return "the arm"
    return f"all {near} arms" if not far else counted(near, "other arm")


def _drawable(values: tuple[float, ...]) -> bool:
    return any(math.isfinite(value) and value > 0 for value in values)


def _is_near(given: tuple[float, ...], reference: tuple[float, ...]) -> bool:
    """Whether every loss is nearer to the reference's than the eye can tell."""
    pairs = zip(given, reference, strict=False)
    return len(given) == len(reference) and all(abs(g - r) <= NEAR * abs(r) for g, r in pairs)


def _end(values: tuple[float, ...], name: str, look: Look) -> End:
    epochs, kept = _points(values, 0.0)
    return End(epochs[-1], kept[-1], name, look)


def _paint_points(axes: Axes, summary: Findings, arms: list[Arm]) -> None:
    reference, looks = summary.run.plan.problem.losses_reference, arm_looks(summary)
    axes.set_yscale("log")
    axes.plot(*_points(reference, 0.0), color=BASELINE, lw=7, alpha=0.35, solid_capstyle="round")
    every = [value for arm in arms for value in _points(arm.losses or (), 0.0)[1]]
    for i, arm in enumerate(arms):
        shift = (i - (len(arms) - 1) / 2) * min(0.5 / len(arms), 0.09)
        look = looks[arm.index]
        face = PAPER if look.hollow else look.colour
        x, y = _points(arm.losses or (), shift)
        axes.plot(x, y, look.marker, ms=4.2, mew=0, color=face)
    axes.set_ylim(*limits([*every, *_points(reference, 0.0)[1]], room=0.08))
    _paint_axes(axes, len(reference))


def _paint_axes(axes: Axes, n_epochs: int) -> None:
    axes.set_xlim(0.5, n_epochs + 0.5)
    every = FixedLocator(range(1, n_epochs + 1))
    axes.xaxis.set_major_locator(every if n_epochs <= 10 else MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.grid(axis="y")
    paint_ticks(axes.yaxis, MOST_TICKS, number_tick)


def _points(values: tuple[float, ...], shift: float) -> tuple[list[float], list[float]]:
    """(epochs, losses) of what can stand on a log axis."""
    kept = [(i + 1, v) for i, v in enumerate(values) if math.isfinite(v) and v > 0]
    return (
        [epoch + shift for epoch, _ in kept],
        [min(max(value, SMALLEST), LARGEST) for _, value in kept],
    )
