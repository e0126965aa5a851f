"""The learned parameters: true, learned, and how far from that an arm ends at most."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing, Frame
from reports.figures.log_axis import limits, number_tick, ticks
from reports.figures.palette import INK, look
from reports.figures.prefix import prefix
from reports.figures.rows import ROW, frame_for, most_ticks, paint_mark, paint_names, paint_words
from reports.findings.findings import Findings
from reports.findings.learned import Learned
from reports.text.counted import counted
from reports.text.names import visible
from reports.text.numbers import plain
from reports.text.parameters import parameters as shown_parameters
from reports.text.problem import title

NOTHING = 1e-17  # a distance below is drawn here, at the edge
HEAD = "learned, off by"
DIGITS = 5  # of a learned value: it differs from the true one in the fourth


def parameters(summary: Findings) -> tuple[tuple[str, Learned], ...]:
    """The first few weights and the last parameter, named; empty where nobody learned any."""
    named = shown_parameters(summary.run.plan.problem)
    return tuple((name, one) for name, place in named if (one := summary.learned_at(place)))


def learned(summary: Findings) -> Drawing | None:
    """Of every parameter a row: the true value, the learned one, how far an arm is at most."""
    found = parameters(summary)
    if not found:
        return None
    every = tuple(one for _, one in found)
    names = [n if one.true is None else f"{n} = {plain(one.true)}" for n, one in found]
    texts = [f"{plain(one.reference, DIGITS)}, {plain(one.distance, 2)}" for one in every]
    frame = frame_for(names, [*texts, HEAD], top=10 + ROW)
    spec = summary.run.plan.problem

    def paint(axes: Axes) -> None:
        _paint(axes, frame, every)
        paint_names(axes, names, texts)
        paint_words(axes, -1, "true" if spec.true else "", HEAD)

    missed = " So few steps do not come near the truth." if spec.recovers is False else ""
    stroke = f"The stroke is how far the true value is, as near as {title(spec)} comes. "
    return Drawing(
        name="learned",
        title=f"What was learned{prefix(summary)}",
        frame=frame,
        paint=paint,
        how_to_read="Learned is what the float64 reference ends at. "
        f"{stroke if spec.true else ''}The mark is the arm that ends farthest from the "
        f"reference, off by so much.{missed}",
        alternative=f"Learned parameters after {counted(spec.epochs, 'epoch')}. "
        + " ".join(_sentence(*one) for one in found),
        looks=tuple(look(one.farthest) for one in every),
    )


def _paint(axes: Axes, frame: Frame, found: tuple[Learned, ...]) -> None:
    distances = [_drawable(one.distance) for one in found]
    truths = [None if one.to_truth is None else _drawable(one.to_truth) for one in found]
    axes.set_xscale("log")
    axes.set_xlim(*limits([*distances, *(at for at in truths if at)], room=0.08))
    for row, (distance, truth) in enumerate(zip(distances, truths, strict=True)):
        if truth:
            axes.plot(truth, row, "|", ms=11, mew=2, color=INK)
        paint_mark(axes, distance, row, look(found[row].farthest))
    low, high = axes.get_xlim()
    powers = ticks(max(low, 100 * NOTHING), high, most_ticks(frame))
    places = [NOTHING, *powers] if low < NOTHING else powers
    axes.set_xticks(places, ["0" if at == NOTHING else number_tick(at) for at in places])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("stroke: to true; mark: farthest arm")
    axes.grid(axis="x")


def _drawable(distance: float) -> float:
    return max(distance, NOTHING)


def _sentence(number: str, one: Learned) -> str:
    """The true value, the learned one and the largest difference, in one line."""
    true = "" if one.true is None else f"true {plain(one.true)}, "
    name = visible(one.farthest.name, 60)
    return (
        f"{number}: {true}learned {plain(one.reference, DIGITS)}, largest difference from it "
        f"{plain(one.distance, 2)} ({name})."
    )
