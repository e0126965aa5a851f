"""The learned parameters: true, learned, and how far from that an arm ends at most."""

from __future__ import annotations

from functools import partial

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.forest import Row, forest, paint_log, paint_mark
from reports.figures.log_axis import number_tick, point
from reports.figures.palette import INK, look
from reports.findings.findings import Findings
from reports.findings.learned import Learned
from reports.text.counted import counted
from reports.text.numbers import plain
from reports.text.parameters import parameters as shown_parameters
from reports.text.problem import title

NOTHING = 1e-17  # a distance below is drawn here, at the edge
DIGITS = 5  # of a learned value: it differs from the true one in the fourth


def parameters(findings: Findings) -> tuple[tuple[str, Learned], ...]:
    """The first few weights and the last parameter, named; empty where nobody learned any."""
    named = shown_parameters(findings.run.plan.problem)
    return tuple((name, one) for name, place in named if (one := findings.learned_at(place)))


def learned(findings: Findings) -> Drawing | None:
    """Of every parameter a row: the true value, the learned one, how far an arm is at most."""
    found, spec = parameters(findings), findings.run.plan.problem
    words = "stroke: to true; mark: farthest arm" if spec.true else "mark: farthest arm"
    missed = " So few steps do not come near the truth." if spec.recovers is False else ""
    stroke = f"The stroke is how far the true value is, as near as {title(spec)} comes. "
    return forest(
        "learned",
        "What was learned",
        [_row(*one) for one in found],
        partial(paint_log, words=words, text=_tick),
        head=Row("true" if spec.true else "", "learned, off by"),
        looks=tuple(look(one.farthest) for _, one in found),
        how_to_read="Learned is what the float64 reference ends at. "
        f"{stroke if spec.true else ''}The mark is the arm that ends farthest from the "
        f"reference, off by so much.{missed}",
        alternative=f"Learned parameters after {counted(spec.epochs, 'epoch')}",
    )


def _row(name: str, one: Learned) -> Row:
    """The true value, the learned one and the largest difference, in one line."""
    value, off = plain(one.reference, DIGITS), plain(one.distance, 2)
    true = "" if one.true is None else str(plain(one.true))
    farthest = one.farthest.name
    told = f"{name}: {f'true {true}, ' if true else ''}learned {value}, largest difference from it"
    ends = (one.distance, one.to_truth)
    return Row(
        f"{name} = {true}" if true else name,
        f"{value}, {off}",
        partial(_paint, one),
        f"{told} {off} ({farthest})",
        shown=tuple(point(max(end, NOTHING)) for end in ends if end is not None),
    )


def _tick(distance: float) -> str:
    return "0" if distance < 2 * NOTHING else number_tick(distance)


def _paint(one: Learned, axes: Axes, row: int) -> None:
    if one.to_truth is not None:
        axes.plot(max(one.to_truth, NOTHING), row, "|", ms=11, mew=2, color=INK)
    paint_mark(axes, max(one.distance, NOTHING), row, look(one.farthest))
