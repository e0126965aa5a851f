"""The break-even: total time against the number of epochs, and where the lead changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import Drawing
from reports.figures.flags import FRAME, Flag, flag_name, paint_flags, with_room
from reports.figures.log_axis import limits, number_tick, paint_ticks, seconds_tick
from reports.figures.palette import GREY, NO_ARM, look
from reports.figures.prefix import prefix
from reports.figures.rows import most_ticks, of_arm
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import Floats
from reports.findings.totals import Lead, Total
from reports.text.names import visible
from reports.text.numbers import TOO_FEW, is_too_wide

LEAST, MOST = 1e3, 1e12  # epochs to which the axis reaches at least and at most
BEYOND = 10.0  # how far the axis reaches beyond the last crossing, as a factor
PER_DECADE = 12  # points of a line


def break_even(summary: Findings) -> Drawing | None:
    """Seconds until k epochs are done in a fresh process, for every timed arm."""
    found = sorted(summary.totals, key=lambda total: total.epoch)
    if not found:
        return None
    envelope = summary.lower_envelope
    dtype = summary.race_dtype(total.arm for total in found)
    drawn = [total for total in found if total.arm.dtype == dtype]
    ahead = envelope.get(dtype) or (Lead(arm=drawn[0].arm, since=1.0, crossing=None),)

    def paint(axes: Axes) -> None:
        _paint(axes, drawn, ahead, prefix(summary))

    told = " ".join(_sentence(dtype, row, envelope) for dtype, row in envelope.items())
    cut = prefix(summary)
    each = "; ".join(map(_each, found))
    behind = len(drawn) - len({segment.arm for segment in ahead})
    of_dtype = f", in {visible(dtype, 20)}" if len(drawn) < len(found) else ""
    return Drawing(
        name="break_even",
        title=f"Total time in a fresh process, by number of epochs{of_dtype}{cut}",
        frame=FRAME,
        paint=paint,
        how_to_read="Import, preparation and the first epoch, then one steady epoch after the "
        "other. A mark stands where its arm takes the lead. Dashed: by hand.",
        alternative=f"Total time against the number of epochs{cut}, both on log scales. {told} "
        f"Before and for each epoch: {each}.",
        looks=(*(look(one.arm) for one in ahead), *([NO_ARM] if behind else [])),
        grey="never ahead",
    )


def _paint(axes: Axes, found: list[Total], ahead: tuple[Lead, ...], cut: str) -> None:
    last = min(max([LEAST, *(BEYOND * segment.since for segment in ahead)]), MOST)
    epochs = np.geomspace(1, last, int(PER_DECADE * math.log10(last)) + 1)
    flags = _flags(found, ahead)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(1, last)
    ends = [total.after(k) for total in found for k in (1, last)]
    axes.set_ylim(*with_room(limits(ends), flags))
    _paint_lines(axes, found, epochs, {segment.arm for segment in ahead})
    paint_ticks(axes.xaxis, most_ticks(FRAME), number_tick)
    paint_ticks(axes.yaxis, 8, seconds_tick)
    axes.set_xlabel(f"epochs{' cut to their first steps' if cut else ''}, log scale")
    axes.grid()
    least = np.min([total.after(epochs) for total in found], axis=0)
    paint_flags(axes, flags, epochs, least)


def _paint_lines(axes: Axes, found: list[Total], epochs: Floats, ahead: set[Arm]) -> None:
    """A line an arm: its own colour where it is ever ahead, else a thin grey one."""
    for total in found:
        seconds = total.after(epochs)
        own = look(total.arm)
        leads: dict[str, Any] = {"color": own.colour, "ls": own.dash, "lw": 2.2, "zorder": 3}
        behind: dict[str, Any] = {"color": GREY, "lw": 0.8, "alpha": 0.5, "zorder": 2}
        with of_arm(axes, total.arm.name):
            axes.plot(epochs, seconds, **(leads if total.arm in ahead else behind))


def _flags(found: list[Total], ahead: tuple[Lead, ...]) -> list[Flag]:
    """The name of each arm that takes the lead, at the epochs at which it does."""
    by_arm = {total.arm: total for total in found}
    flags = []
    for segment in ahead:
        arm = segment.arm
        name, since = flag_name(arm), segment.since
        text = f"from {_about(segment)} {name}" if segment.crossing else name
        flags.append(Flag(since, by_arm[segment.arm].after(since), text, arm))
    return flags


def _about(segment: Lead) -> str:
    """The epochs of a crossing, no finer than its interval."""
    return _epochs(segment.crossing.value if segment.crossing else segment.since)


def _epochs(number: float) -> str:
    """A number of epochs in three digits."""
    return f"{float(f'{number:.3g}'):,.0f}"


def _sentence(dtype: str, row: tuple[Lead, ...], envelope: dict[str, tuple[Lead, ...]]) -> str:
    """Who is ahead, one after the other."""
    names = [_with_shared(segment) for segment in row]
    where = f"In {visible(dtype, 20)}, " if len(envelope) > 1 else ""
    if len(row) == 1:
        return f"{where}{names[0]} is ahead from the first epoch on."
    steps = [f"up to about {_about(segment)}{_interval(segment)} epochs" for segment in row[1:]]
    told = [f"{name} {step}" for name, step in zip(names[1:], steps[1:], strict=False)]
    until = ", then ".join([f"{names[0]} is ahead {steps[0]}", *told])
    return f"{where}{until}, from there {names[-1]}."


def _with_shared(segment: Lead) -> str:
    """The arm that is ahead, and those not shown to take longer."""
    name, *shared = (visible(arm.name, 60) for arm in (segment.arm, *segment.shared_with))
    return f"{name} (shared with {', '.join(shared)})" if shared else name


def _interval(segment: Lead) -> str:
    """The crossing's interval, nothing where it has none."""
    given = segment.crossing
    if given is None or given.low is None or given.high is None:
        return ""
    if is_too_wide(given):
        return f" ({TOO_FEW})"
    return f" [{_epochs(given.low)}, {_epochs(given.high)}]"


def _each(total: Total) -> str:
    name = visible(total.arm.name, 60)
    return f"{name} {seconds_tick(total.after(0))} and {seconds_tick(total.epoch)}"
