"""The learned parameters: how far all arms end from the reference, and that from the truth."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.estimates.ratios import Summary
from reports.figures.drawing import PAPER, Drawing, Frame
from reports.figures.log_axis import limits, number_tick, ticks
from reports.figures.palette import BASELINE, Look, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import WIDTH
from reports.words.names import visible
from reports.words.numbers import plain
from reports.words.parameters import parameters as shown_parameters

NOTHING = 1e-17  # a distance below is drawn here, at the edge
ROW, LEFT, TOP, BOTTOM = 76.0, 30.0, 40.0, 44.0


@dataclass(frozen=True)
class Parameter:
    """One parameter: its true and its reference value, and what every arm learned."""

    name: str
    true: float
    reference: float
    learned: tuple[tuple[int, float], ...]  # (arm, value)


def parameters(summary: Summary) -> tuple[Parameter, ...]:
    """The first few weights and the last parameter; empty where nobody learned any."""
    spec = summary.run.plan.problem
    true = spec.w_true + spec.b_true
    reference = spec.w_reference + spec.b_reference
    vectors = {arm.arm.index: (arm.w or ()) + (arm.b or ()) for arm in summary.others}
    vectors = {arm: vector for arm, vector in vectors.items() if len(vector) == len(true)}
    if not vectors or len(reference) != len(true):
        return ()
    return tuple(
        Parameter(name, true[i], reference[i], tuple((a, v[i]) for a, v in vectors.items()))
        for name, i in shown_parameters(spec)
    )


def learned(summary: Summary) -> Drawing | None:
    """Distances of the learned parameters from the truth and from the float64 reference."""
    found = parameters(summary)
    if not found:
        return None
    frame = Frame(WIDTH, TOP + BOTTOM + ROW * len(found), LEFT, 14, TOP, BOTTOM)

    def paint(axes: Axes) -> None:
        _paint(axes, frame, found, arm_looks(summary))

    spec = summary.run.plan.problem
    listed = " ".join(_sentence(summary, one) for one in found)
    missed = "" if spec.recovers else " So few steps are not enough to come near the truth."
    return Drawing(
        name="learned",
        title=f"What was learned{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Each mark is an arm, on a log scale. Filled: how far its parameter is from "
        "the true value, which is what the lesson can learn. Hollow: how far it is from the "
        f"float64 reference, which is how much the arms differ.{missed}",
        alternative=f"Learned parameters after {spec.epochs} epochs. {listed}",
    )


def _paint(axes: Axes, frame: Frame, found: tuple[Parameter, ...], looks: tuple[Look, ...]) -> None:
    axes.set_xscale("log")
    from_truth = [_distance(v, one.true) for one in found for _, v in one.learned]
    from_reference = [_distance(v, one.reference) for one in found for _, v in one.learned]
    axes.set_xlim(*limits([*from_truth, *from_reference], room=0.08))
    for row, one in enumerate(found):
        for i, (arm, value) in enumerate(one.learned):
            y = row + 0.72 * ((i + 0.5) / len(one.learned) - 0.5)
            look = looks[arm]
            for other, face in ((one.true, look.colour), (one.reference, PAPER)):
                x = _distance(value, other)
                axes.plot(x, y, look.marker, ms=4, mfc=face, mec=look.colour, mew=1.1)
        axes.axhline(row + 0.5, color=BASELINE, lw=0.5, alpha=0.5)
    _paint_axes(axes, frame, found)
    _paint_key(axes)


def _paint_axes(axes: Axes, frame: Frame, found: tuple[Parameter, ...]) -> None:
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_yticks(range(len(found)), [one.name for one in found])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    low, high = axes.get_xlim()
    powers = ticks(max(low, 100 * NOTHING), high, int(frame.wide / 50))
    places = [NOTHING, *powers] if low < NOTHING else powers
    axes.set_xticks(places, ["0" if at == NOTHING else number_tick(at) for at in places])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("distance, log scale")
    axes.grid(axis="x")


def _paint_key(axes: Axes) -> None:
    """Say above the marks what the two kinds are; the hollow ones lie at the left."""
    words = ((0, "left", "hollow: from the reference"), (1, "right", "filled: from the truth"))
    for x, side, text in words:
        axes.annotate(
            text, (x, 1), (0, 10), xycoords="axes fraction",
            textcoords="offset points", ha=side, annotation_clip=False,
        )  # fmt: skip


def _distance(value: float, other: float) -> float:
    return max(abs(value - other), NOTHING)


def _sentence(summary: Summary, one: Parameter) -> str:
    from_truth = [abs(value - one.true) for _, value in one.learned]
    from_reference = [abs(value - one.reference) for _, value in one.learned]
    farthest = max(one.learned, key=lambda pair: abs(pair[1] - one.reference))[0]
    name = visible(summary.arms[farthest].name, 60)
    return (
        f"{one.name}: true value {plain(one.true)}, all {len(one.learned)} arms end between "
        f"{plain(min(from_truth), 2)} and {plain(max(from_truth), 2)} from it and at most "
        f"{plain(max(from_reference), 2)} ({name}) from the float64 reference."
    )
