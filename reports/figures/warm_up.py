"""The warm-up: how slow the first calls are, against the steady time of the same process."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.figures.drawing import FONT_SIZE, Drawing, Frame
from reports.figures.log_axis import limits, number_tick, paint_ticks
from reports.figures.palette import BASELINE, Look, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import WIDTH, elided
from reports.findings.findings import Findings
from reports.findings.warm_up import FirstCalls
from reports.words.names import visible
from reports.words.numbers import plain
from reports.words.phases import sentence

COLUMNS = 2
PANEL, TITLE, FOOT = 44.0, 20.0, 36.0  # points: a panel's height, its name's, the last axis'
LEFT, BETWEEN = 38.0, 16.0
TIMES = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}"
LONGEST_NAME = 23
FIRST = {  # by whether anything is trained
    True: "0 is the first epoch of a fresh process, with all that it compiles; 1 and on are the "
    "warm-up rounds, run after the parts of the epoch were timed.",
    False: "0 is the first of a fresh process, with all that it compiles and the gathering of the "
    "minibatches; 1 and on are the warm-up rounds.",
}


def warm_up(summary: Findings) -> Drawing | None:
    """Warm-up curves, a panel an arm; None where no process tells of its warm-up."""
    found = summary.first_calls
    if not found:
        return None
    rows = -(-len(found) // COLUMNS)
    frame = Frame(WIDTH, rows * (PANEL + TITLE) + FOOT, LEFT, 8, 0, FOOT)

    def paint(axes: Axes) -> None:
        _paint_panels(axes, frame, summary, found)

    spec = summary.run.plan.problem
    what = sentence(summary.main_phase, spec, is_told_cut=False) + prefix(summary)
    listed = "; ".join(_sentence(summary, one) for one in found)
    return Drawing(
        name="warm_up",
        title="How much slower the first calls are",
        frame=frame,
        paint=paint,
        how_to_read=f"Time of {what} ÷ its steady time in the same process, on a log scale, median "
        f"over blocks. {FIRST[spec.trained]} The number is the first call ÷ the steady time, the "
        "grey line 1.",
        alternative=f"Time of the first calls of {what} ÷ its steady time: {listed}.",
    )


def _paint_panels(
    axes: Axes, frame: Frame, summary: Findings, found: tuple[FirstCalls, ...]
) -> None:
    axes.set_axis_off()
    looks = arm_looks(summary)
    values = [call.ratio for one in found for call in one.calls]
    low, high = limits([*values, 0.8, 3.0], room=0.1)
    last = max(call.round for one in found for call in one.calls)
    wide = (frame.wide - BETWEEN * (COLUMNS - 1)) / COLUMNS
    for place, one in enumerate(found):
        row, column = divmod(place, COLUMNS)
        left = column * (wide + BETWEEN) / frame.wide
        top = 1 - (row + 1) * (PANEL + TITLE) / frame.high
        panel = axes.inset_axes((left, top, wide / frame.wide, PANEL / frame.high))
        panel.set_yscale("log")
        panel.set_ylim(low, high)
        panel.set_xlim(-0.4, last + 0.4)
        _paint_panel(panel, summary, one, looks[one.arm.index])
        paint_ticks(panel.yaxis, 3, number_tick)
        panel.tick_params(labelleft=column == 0, labelbottom=place + COLUMNS >= len(found))
        panel.set_xticks(range(last + 1))
        if place + COLUMNS >= len(found):
            panel.set_xlabel("round")


def _paint_panel(panel: Axes, summary: Findings, one: FirstCalls, look: Look) -> None:
    panel.axhline(1, color=BASELINE, lw=1)
    panel.grid(axis="y")
    panel.plot(
        *zip(*((call.round, call.ratio) for call in one.calls), strict=True),
        color=look.colour,
        marker=look.marker,
        ms=4,
        lw=1.8,
    )
    panel.set_title(elided(visible(one.arm.name), LONGEST_NAME), size=FONT_SIZE, pad=4, loc="left")
    panel.annotate(
        f"{plain(one.first, 2)}{TIMES}",
        (1, 1),
        (-2, -2),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="top",
    )


def _sentence(summary: Findings, one: FirstCalls) -> str:
    name = visible(one.arm.name, 60)
    told = ", ".join(plain(call.ratio, 2) for call in one.calls)
    return f"{name} {told}"
