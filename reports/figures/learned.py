"""The learned parameters: how far all arms end from the reference, and that from the truth."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.figures.drawing import PAPER, Drawing, Frame
from reports.figures.log_axis import limits, number_tick, ticks
from reports.figures.palette import BASELINE, Look, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import WIDTH
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.words.counted import counted
from reports.words.names import visible
from reports.words.numbers import plain
from reports.words.parameters import parameters as shown_parameters
from reports.words.problem import title

NOTHING = 1e-17  # a distance below is drawn here, at the edge
ROW, LEFT, TOP, BOTTOM = 76.0, 30.0, 40.0, 44.0


@dataclass(frozen=True)
class Parameter:
    """One parameter: its true and its reference value, and what every arm learned."""

    name: str
    true: float | None
    reference: float
    learned: tuple[tuple[Arm, float], ...]  # (arm, value)

    @property
    def marks(self) -> tuple[tuple[float, bool], ...]:
        """(what a learned value is set against, whether its mark is filled)."""
        hollow = ((self.reference, False),)
        return hollow if self.true is None else ((self.true, True), *hollow)


def parameters(summary: Findings) -> tuple[Parameter, ...]:
    """The first few weights and the last parameter; empty where nobody learned any."""
    spec = summary.run.plan.problem
    true, reference = spec.true, spec.reference
    vectors = {arm: arm.vector for arm in summary.others}
    vectors = {arm: vector for arm, vector in vectors.items() if len(vector) == len(reference)}
    if not vectors:
        return ()
    return tuple(
        Parameter(
            name=name,
            true=true[i] if true else None,
            reference=reference[i],
            learned=tuple((arm, vector[i]) for arm, vector in vectors.items()),
        )
        for name, i in shown_parameters(spec)
    )


def learned(summary: Findings) -> Drawing | None:
    """Distances of the learned parameters from the truth and from the float64 reference."""
    found = parameters(summary)
    if not found:
        return None
    frame = Frame(WIDTH, TOP + BOTTOM + ROW * len(found), LEFT, 14, TOP, BOTTOM)

    def paint(axes: Axes) -> None:
        _paint(axes, frame, found, arm_looks(summary))

    spec = summary.run.plan.problem
    listed = " ".join(_sentence(summary, one) for one in found)
    is_missed = spec.recovers is False
    missed = " So few steps are not enough to come near the truth." if is_missed else ""
    filled = f"Filled: how far its parameter is from the true value, which is what {title(spec)} "
    filled = f"{filled}can learn. " if spec.true else ""
    return Drawing(
        name="learned",
        title=f"What was learned{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read=f"Each mark is an arm, on a log scale. {filled}Hollow: how far it is from the "
        f"float64 reference, which is how much the arms differ.{missed}",
        alternative=f"Learned parameters after {counted(spec.epochs, 'epoch')}. {listed}",
    )


def _paint(axes: Axes, frame: Frame, found: tuple[Parameter, ...], looks: tuple[Look, ...]) -> None:
    axes.set_xscale("log")
    distances = [_distance(v, at) for one in found for _, v in one.learned for at, _ in one.marks]
    axes.set_xlim(*limits(distances, room=0.08))
    for row, one in enumerate(found):
        for i, (arm, value) in enumerate(one.learned):
            y = row + 0.72 * ((i + 0.5) / len(one.learned) - 0.5)
            look = looks[arm.index]
            for other, is_filled in one.marks:
                x, face = _distance(value, other), look.colour if is_filled else PAPER
                axes.plot(x, y, look.marker, ms=4, mfc=face, mec=look.colour, mew=1.1)
        axes.axhline(row + 0.5, color=BASELINE, lw=0.5, alpha=0.5)
    _paint_axes(axes, frame, found)
    _paint_key(axes, knows_truth=any(one.true is not None for one in found))


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


def _paint_key(axes: Axes, knows_truth: bool) -> None:
    """Say above the marks what the two kinds are; the hollow ones lie at the left."""
    words = ((0, "left", "hollow: from the reference"), (1, "right", "filled: from the truth"))
    for x, side, text in words if knows_truth else words[:1]:
        axes.annotate(
            text, (x, 1), (0, 10), xycoords="axes fraction",
            textcoords="offset points", ha=side, annotation_clip=False,
        )  # fmt: skip


def _distance(value: float, other: float) -> float:
    return max(abs(value - other), NOTHING)


def _sentence(summary: Findings, one: Parameter) -> str:
    from_reference = [abs(value - one.reference) for _, value in one.learned]
    farthest = max(one.learned, key=lambda pair: abs(pair[1] - one.reference))[0]
    name = visible(farthest.name, 60)
    apart = f"at most {plain(max(from_reference), 2)} ({name}) from the float64 reference."
    n = len(one.learned)
    all_arms = "the one arm ends" if n == 1 else f"all {n} arms end"
    if one.true is None:
        return f"{one.name}: {all_arms} {apart}"
    from_truth = [abs(value - one.true) for _, value in one.learned]
    return (
        f"{one.name}: true value {plain(one.true)}, {all_arms} between "
        f"{plain(min(from_truth), 2)} and {plain(max(from_truth), 2)} from it and {apart}"
    )
