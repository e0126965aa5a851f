"""The break-even: total time against the number of epochs, and where the lead changes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import PAPER, Drawing, Frame
from reports.figures.ends import End, frame_for_ends, paint_ends, spaced
from reports.figures.log_axis import limits, number_tick, paint_ticks, seconds_tick
from reports.figures.palette import Look, arm_looks
from reports.figures.prefix import prefix
from reports.figures.rows import most_ticks
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.totals import Lead, Total
from reports.words.names import visible
from reports.words.numbers import TOO_FEW, is_too_wide

LEAST, MOST = 1e3, 1e12  # epochs to which the axis reaches at least and at most
BEYOND = 10.0  # how far the axis reaches beyond the last crossing, as a factor
CROSSING, LABEL = 17.0, 47.0  # points: a row of crossings, the breadth of a number of epochs
PER_DECADE = 12  # points of a line


def break_even(summary: Findings) -> Drawing | None:
    """Seconds until k epochs are done in a fresh process, for every timed arm."""
    found = sorted(summary.totals, key=lambda total: total.epoch)
    if not found:
        return None
    envelope = summary.lower_envelope
    names = [total.arm.name for total in found]
    frame = frame_for_ends(names, least=320)

    def paint(axes: Axes) -> None:
        _paint(axes, frame, summary, found, envelope)

    told = " ".join(_sentence(summary, dtype, row, envelope) for dtype, row in envelope.items())
    cut = prefix(summary)
    each = "; ".join(_each(summary, total) for total in found)
    return Drawing(
        name="break_even",
        title=f"Total time in a fresh process, by number of epochs{cut}",
        frame=frame,
        paint=paint,
        how_to_read="Import, preparation and the first epoch, then one steady epoch after the "
        "other. The strong lines are ahead somewhere, a dot marks where the lead changes.",
        alternative=f"Total time against the number of epochs{cut}, both on log scales. {told} "
        f"Before and for each epoch: {each}.",
    )


def _paint(
    axes: Axes,
    frame: Frame,
    summary: Findings,
    found: list[Total],
    envelope: dict[str, tuple[Lead, ...]],
) -> None:
    looks, last = arm_looks(summary), _last_epoch(envelope)
    strong = {segment.arm for row in envelope.values() for segment in row}
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(1, last)
    axes.set_ylim(*limits([total.after(k) for total in found for k in (1, last)]))
    for total in found:
        _paint_line(axes, total, last, looks[total.arm.index], total.arm in strong)
    rows = [row for row in envelope.values() if len(row) > 1]
    axes.set_ylim(*_with_floor(axes.get_ylim(), len(rows) * CROSSING / frame.high))
    for place, row in enumerate(rows):
        _paint_crossings(axes, frame, place, _crossings(row, found), looks)
    _paint_axes(axes, frame, prefix(summary))
    paint_ends(axes, frame, [_end(summary, total, last, looks, strong) for total in found])


def _last_epoch(envelope: dict[str, tuple[Lead, ...]]) -> float:
    """The right end of the axis: well beyond the last crossing."""
    since = [segment.since for row in envelope.values() for segment in row]
    return min(max([LEAST, *(BEYOND * epochs for epochs in since)]), MOST)


def _paint_line(axes: Axes, total: Total, last: float, look: Look, is_strong: bool) -> None:
    epochs = np.geomspace(1, last, int(PER_DECADE * math.log10(last)) + 1)
    axes.plot(
        epochs,
        total.once + epochs * total.epoch,
        color=look.colour,
        ls=look.dash,
        lw=2.2 if is_strong else 0.8,
        alpha=1.0 if is_strong else 0.55,
        zorder=3 if is_strong else 2,
    )


def _with_floor(given: tuple[float, float], share: float) -> tuple[float, float]:
    """The limits of a log axis with that share of its length free at the bottom."""
    low, high = given
    return high * (low / high) ** (1 / (1 - share)), high


def _crossings(row: tuple[Lead, ...], found: list[Total]) -> list[tuple[Lead, float]]:
    """Each change of the segment with the seconds at which it happens."""
    by_arm = {total.arm: total for total in found}
    return [(segment, by_arm[before.arm].after(segment.since)) for before, segment in pairwise(row)]


def _paint_crossings(
    axes: Axes,
    frame: Frame,
    place: int,
    crossings: list[tuple[Lead, float]],
    looks: tuple[Look, ...],
) -> None:
    """A dot at each crossing and, in the ``place``-th row from below, its number of epochs."""
    to_fraction = axes.transScale + axes.transLimits
    wanted = [to_fraction.transform((segment.since, seconds))[0] for segment, seconds in crossings]
    xs = spaced(np.asarray(wanted), LABEL / frame.wide, 0.0, 1.0)
    y = (0.4 + place) * CROSSING / frame.high
    for (segment, seconds), x, at in zip(crossings, xs, wanted, strict=True):
        colour, top = (
            looks[segment.arm.index].colour,
            to_fraction.transform((segment.since, seconds))[1],
        )
        drop = (
            (at, at, x),
            (top, y + 0.9 * CROSSING / frame.high, y + 0.4 * CROSSING / frame.high),
        )
        axes.plot(*drop, color=colour, lw=0.8, ls=":", transform=axes.transAxes, zorder=3)
        axes.plot(segment.since, seconds, "o", ms=7, mfc=PAPER, mec=colour, mew=2, zorder=4)
        axes.text(x, y, _about(segment), ha="center", va="center", transform=axes.transAxes)


def _paint_axes(axes: Axes, frame: Frame, cut: str) -> None:
    paint_ticks(axes.xaxis, most_ticks(frame), number_tick)
    paint_ticks(axes.yaxis, 8, seconds_tick)
    axes.set_xlabel(f"epochs{' cut to their first steps' if cut else ''}, log scale")
    axes.grid()


def _end(
    summary: Findings, total: Total, last: float, looks: tuple[Look, ...], strong: set[Arm]
) -> End:
    name = total.arm.name
    return End(last, total.after(last), name, looks[total.arm.index], total.arm in strong)


def _about(segment: Lead) -> str:
    """The epochs of a crossing, no finer than its interval."""
    return _epochs(segment.crossing.value if segment.crossing else segment.since)


def _epochs(number: float) -> str:
    """A number of epochs in three digits."""
    return f"{float(f'{number:.3g}'):,.0f}"


def _sentence(
    summary: Findings, dtype: str, row: tuple[Lead, ...], envelope: dict[str, tuple[Lead, ...]]
) -> str:
    """Who is ahead, one after the other."""
    names = [_with_shared(summary, segment) for segment in row]
    where = f"In {visible(dtype, 20)}, " if len(envelope) > 1 else ""
    if len(row) == 1:
        return f"{where}{names[0]} is ahead from the first epoch on."
    steps = [f"up to about {_about(segment)}{_interval(segment)} epochs" for segment in row[1:]]
    told = [f"{name} {step}" for name, step in zip(names[1:], steps[1:], strict=False)]
    until = ", then ".join([f"{names[0]} is ahead {steps[0]}", *told])
    return f"{where}{until}, from there {names[-1]}."


def _with_shared(summary: Findings, segment: Lead) -> str:
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


def _each(summary: Findings, total: Total) -> str:
    name = visible(total.arm.name, 60)
    return f"{name} {seconds_tick(total.after(0))} and {seconds_tick(total.epoch)}"
