"""The warm-up: how slow the first calls are, against the steady time of the same process."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.log_axis import limits, number_tick, paint_ticks
from reports.figures.palette import GREY, Look, look
from reports.figures.prefix import prefix
from reports.figures.rows import frame_for, most_ticks, of_arm, paint_mark, paint_names
from reports.findings.findings import Findings
from reports.findings.warm_up import FirstCalls
from reports.text.names import visible
from reports.text.numbers import plain
from reports.text.phases import sentence

TIMES = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}"
FIRST = {  # by whether anything is trained
    True: "The first is the first epoch of a fresh process, with all that it compiles; the "
    "warm-up rounds were run after the parts of the epoch were timed.",
    False: "The first is that of a fresh process, with all that it compiles and the gathering of "
    "the minibatches.",
}


def warm_up(summary: Findings) -> Drawing | None:
    """The first calls, a row an arm; None where no process tells of its warm-up."""
    found = summary.first_calls
    if not found:
        return None
    looks = tuple(look(one.arm) for one in found)
    names = [one.arm.name for one in found]
    texts = [f"{plain(one.first, 2)}{TIMES}" for one in found]
    frame = frame_for(names, texts)

    def paint(axes: Axes) -> None:
        axes.set_xscale("log")
        axes.set_xlim(*limits([1.0, 3.0, *(call.ratio for one in found for call in one.calls)]))
        axes.axvline(1, color=GREY, lw=1)
        for row, one in enumerate(found):
            with of_arm(axes, one.arm.name):
                _paint_row(axes, row, one, looks[row])
        paint_names(axes, names, texts)
        paint_ticks(axes.xaxis, most_ticks(frame), number_tick)
        axes.set_xlabel("call ÷ steady time, log scale")
        axes.grid(axis="x")

    spec = summary.run.plan.problem
    what = sentence(summary.main_phase, spec, is_told_cut=False) + prefix(summary)
    listed = "; ".join(map(_sentence, found))
    return Drawing(
        name="warm_up",
        title="How much slower the first calls are",
        frame=frame,
        paint=paint,
        how_to_read=f"Time of {what} ÷ its steady time in the same process, median over blocks. "
        "The large mark, and the number, is the first call, the upright strokes are the warm-up "
        f"rounds after it. {FIRST[spec.trained]}",
        alternative=f"Time of the first calls of {what} ÷ its steady time: {listed}.",
        looks=looks,
    )


def _paint_row(axes: Axes, row: int, one: FirstCalls, arm: Look) -> None:
    first, *later = one.calls
    for call in later:
        axes.plot(call.ratio, row, "|", ms=8, mew=1.4, color=arm.colour, alpha=0.7)
    axes.plot((1, first.ratio), (row, row), color=arm.colour, lw=1, alpha=0.5)
    paint_mark(axes, first.ratio, row, arm)


def _sentence(one: FirstCalls) -> str:
    name = visible(one.arm.name, 60)
    told = ", ".join(plain(call.ratio, 2) for call in one.calls)
    return f"{name} {told}"
