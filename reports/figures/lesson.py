"""The lesson: a look at its data, and the loss after every epoch."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.arms import ArmResult
from reports.figures.palette import BASELINE, COLOURS, arm_colours
from reports.figures.rows import label
from reports.figures.svg import Drawing, Frame, draw
from reports.names import visible
from reports.numbers import plain
from reports.ratios import Summary

SMALLEST, LARGEST = 1e-30, 1e30  # losses beyond are drawn at the edge
MOST_LABELS = 11  # with the grey baseline as many as there are colours


def scatter(summary: Summary) -> Drawing | None:
    """A feature of the data against the label, None where the run stores no data."""
    points, spec = summary.run.points, summary.run.plan.problem
    if points is None:
        return None
    feature = {1: "first", 2: "second"}[points.feature]

    def paint(axes: Axes) -> None:
        axes.plot(points.x, points.y, "o", ms=2.6, mew=0, alpha=0.6, color=COLOURS[0])
        axes.set_xlabel(f"{feature} feature")
        axes.set_ylabel("label")
        axes.grid()

    slope = spec.w_true[points.feature - 1] if len(spec.w_true) >= points.feature else math.nan
    alternative = (
        f"Scatter of {len(points.x)} of {spec.n_examples} examples: the label against the "
        f"{feature} feature, whose true weight is {plain(slope)}."
    )
    return Drawing(
        name="scatter",
        title="The data",
        svg=draw("scatter", Frame(440, 300, 48, 12, 10, 42), paint, alternative),
        how_to_read=f"Each dot is an example: its {feature} feature and its label.",
        alternative=alternative,
    )


def losses(summary: Summary) -> Drawing | None:
    """The mean loss after each epoch of every arm that passed, on the reference's line."""
    reference = summary.run.plan.problem.losses_reference
    arms = [arm for arm in summary.others if arm.losses and _drawable(arm.losses)]
    if not arms or not _drawable(reference):
        return None
    shown = arms[:MOST_LABELS]

    def paint(axes: Axes) -> None:
        _paint_losses(axes, summary, shown)

    ends = {visible(arm.name, 60): plain((arm.losses or (math.nan,))[-1]) for arm in arms}
    listed = ", ".join(f"{name} {loss}" for name, loss in ends.items())
    alternative = (
        f"Mean loss after each of {len(reference)} epochs, on a log scale; the float64 reference "
        f"ends at {plain(reference[-1])}; {listed}."
    )
    right = 20 + 6.4 * max(len(label(arm.name)) for arm in shown)
    return Drawing(
        name="losses",
        title="Loss after each epoch",
        svg=draw("losses", Frame(440, 300, 60, right, 10, 42), paint, alternative),
        how_to_read="The broad line is the float64 reference. Arms that compute the same thing "
        "lie on it; their dots are set side by side to be seen."
        + (f" The first {len(shown)} of {len(arms)} arms." if len(shown) < len(arms) else ""),
        alternative=alternative,
    )


def _drawable(values: tuple[float, ...]) -> bool:
    return any(math.isfinite(value) and value > 0 for value in values)


def _paint_losses(axes: Axes, summary: Summary, arms: list[ArmResult]) -> None:
    reference = summary.run.plan.problem.losses_reference
    colours = arm_colours(summary)
    axes.set_yscale("log")
    axes.plot(*_points(reference, 0.0), color=BASELINE, lw=7, alpha=0.35, solid_capstyle="round")
    spread = 0.5 / max(len(arms), 1)
    for i, arm in enumerate(arms):
        shift = (i - (len(arms) - 1) / 2) * min(spread, 0.09)
        colour = colours[arm.arm.index]
        axes.plot(*_points(arm.losses or (), shift), "o", ms=5, mew=0, color=colour)
        height = 0.97 - i * min(0.08, 0.97 / len(arms))
        axes.plot(1.04, height, "o", ms=5, color=colour, transform=axes.transAxes, clip_on=False)
        axes.text(1.07, height, label(arm.name), va="center", transform=axes.transAxes)
    axes.set_xlim(0.5, len(reference) + 0.5)
    whole = len(reference) <= 10
    axes.xaxis.set_major_locator(
        FixedLocator(range(1, len(reference) + 1)) if whole else MaxNLocator(integer=True)
    )
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean loss, log scale")
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
    axes.yaxis.set_minor_locator(NullLocator())


def _power(value: float) -> str:
    """A power of ten as text: matplotlib's own would be in TeX."""
    exponent = str(round(math.log10(value))) if value > 0 else ""
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _points(values: tuple[float, ...], shift: float) -> tuple[list[float], list[float]]:
    """(epochs, losses) of what can stand on a log axis."""
    kept = [(i + 1, v) for i, v in enumerate(values) if math.isfinite(v) and v > 0]
    return (
        [epoch + shift for epoch, _ in kept],
        [min(max(value, SMALLEST), LARGEST) for _, value in kept],
    )
