"""The warm-up: how slow the first calls are, against the steady time of the same process."""

from __future__ import annotations

from functools import partial

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.forest import Row, forest, paint_log, paint_mark, row_of
from reports.figures.log_axis import point
from reports.figures.palette import look
from reports.findings.findings import Findings
from reports.findings.warm_up import FirstCalls
from reports.text.numbers import plain
from reports.text.phases import sentence

TIMES = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}"
FIRST = {  # by whether anything is trained
    True: "The first is the first epoch of a fresh process, with all that it compiles; the "
    "warm-up rounds were run after the parts of the epoch were timed.",
    False: "The first is that of a fresh process, with all that it compiles and the gathering of "
    "the minibatches.",
}


def warm_up(findings: Findings) -> Drawing | None:
    """The first calls, a row an arm; None where no process tells of its warm-up."""
    spec = findings.run.plan.problem
    what = sentence(findings.main_phase, spec, is_told_cut=False)
    return forest(
        "warm_up",
        "How much slower the first calls are",
        [_row(one) for one in findings.first_calls],
        partial(paint_log, words="call ÷ steady time, log scale", held=(0.95, 3.0), around_1=1),
        how_to_read=f"Time of {what} ÷ its steady time in the same process, median over blocks. "
        "The large mark, and the number, is the first call, the upright strokes are the warm-up "
        f"rounds after it. {FIRST[spec.trained]}",
        alternative=f"Time of the first calls of {what} ÷ its steady time",
    )


def _row(one: FirstCalls) -> Row:
    told = ", ".join(f"{plain(call.ratio, 2)}" for call in one.calls)
    shown = tuple(point(call.ratio) for call in one.calls)
    return row_of(one.arm, f"{plain(one.first, 2)}{TIMES}", partial(_paint, one), told, shown)


def _paint(one: FirstCalls, axes: Axes, row: int) -> None:
    own = look(one.arm)
    for call in one.calls[1:]:
        axes.plot(call.ratio, row, "|", ms=8, mew=1.4, color=own.colour, alpha=0.7)
    axes.plot((1, one.first), (row, row), color=own.colour, lw=1, alpha=0.5)
    paint_mark(axes, one.first, row, own)
