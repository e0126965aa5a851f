"""The forest: a row an arm, its name at the left, its number at the right, an axis between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import ARM, WIDTH, Drawing, Frame
from reports.figures.labels import label, points
from reports.figures.log_axis import (
    interval_limits,
    most_ticks,
    number_tick,
    paint_ticks,
    ticks,
)
from reports.figures.palette import GREY, Look, look
from reports.findings.arms import Arm
from reports.findings.intervals import Estimate

PaintRow: TypeAlias = Callable[[Axes, int], None]
ROW, TALL_ROW = 15.0, 27.0  # points, of names on one line, on two
FOOT = 40.0  # the axis, its labels and its words
LINE = 11.5  # between the two lines of a name
CUT = ", cut at the arrows"


@dataclass(frozen=True)
class Row:
    """One row: what stands at its ends, what is painted between, and the same in words."""

    name: str
    text: str = ""
    paint: PaintRow = lambda axes, row: None
    told: str = ""
    arm: Arm | None = None  # whose row it is
    shown: tuple[Estimate, ...] = ()  # what a log axis has to show of it


def row_of(
    arm: Arm, text: str, paint: PaintRow, told: str = "", shown: tuple[Estimate, ...] = ()
) -> Row:
    """The row of an arm, of which ``told`` is said in words; its number unless given."""
    return Row(arm.name, text, paint, f"{arm.name} {told or text}", arm, shown)


def estimate_row(arm: Arm, estimate: Estimate, text: str, told: str = "") -> Row:
    """The row of an arm with a dot on its interval."""
    paint = partial(paint_estimate, estimate, look(arm))
    return row_of(arm, text, paint, told, (estimate,))


def forest(
    name: str,
    title: str,
    rows: Sequence[Row],
    paint_axis: Callable[[Axes, Frame, Sequence[Row]], None],
    head: Row | None = None,
    looks: tuple[Look, ...] | None = None,
    high: float = ROW,
    **words: str,
) -> Drawing | None:
    """The drawing of ``rows`` below ``head``, None where there are none; ``words`` are its own.

    ``alternative`` is what the rows' sentences are listed after, ``looks`` what the key explains:
    those of the rows' arms unless given, ``high`` the points of a row at least.
    """
    if not rows:
        return None
    above = (head,) if head else ()
    frame = _frame((*above, *rows), len(above), high)

    def paint(axes: Axes) -> None:
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        paint_axis(axes, frame, rows)
        for place, row in enumerate((*above, *rows), -len(above)):
            with of_arm(axes, row.arm):
                row.paint(axes, place)
                _paint_ends(axes, place, row)

    words["alternative"] += f": {'; '.join(row.told for row in rows if row.told)}."
    own = tuple(look(row.arm) for row in rows if row.arm)
    return Drawing(name, title, frame, paint, looks=own if looks is None else looks, **words)


def _frame(rows: Sequence[Row], n_above: int, high: float) -> Frame:
    """A frame that has room for the names at the left and the numbers at the right."""
    names = [label(row.name) for row in rows]
    high = max(high, TALL_ROW if any("\n" in name for name in names) else ROW)
    left, right = 14 + points(names), 16 + points([row.text for row in rows])
    top = 10 + high * n_above
    return Frame(WIDTH, 10 + FOOT + high * len(rows), left, right, top, FOOT)


def paint_log(
    axes: Axes,
    frame: Frame,
    rows: Sequence[Row],
    *,
    words: str,
    text: Callable[[float], str] = number_tick,
    held: Sequence[float] = (),
    around_1: float | None = None,
) -> None:
    """Make the x axis a log one that shows the rows and what is ``held``, or says that it is cut.

    ``around_1``: with a line at 1, and a band from 1 to that factor on both sides.
    """
    ends, is_cut = interval_limits([one for row in rows for one in row.shown], held)
    axes.set(xscale="log", xlim=ends, xlabel=words + (CUT if is_cut else ""))
    paint_ticks(axes.xaxis, ticks(*ends, most_ticks(frame.wide)), text)
    axes.grid(axis="x")
    if around_1:
        axes.axvline(1, color=GREY, lw=1)
        axes.axvspan(1 / around_1, around_1, color=GREY, alpha=0.28, lw=0)


@contextmanager
def of_arm(axes: Axes, arm: Arm | None) -> Iterator[None]:
    """Whatever is painted meanwhile belongs to an arm, and goes where its row goes."""
    before = set(axes.get_children())
    yield
    if arm:
        for artist in set(axes.get_children()) - before:
            artist.set_gid(f"{ARM}{arm.name}")


def _paint_ends(axes: Axes, row: int, given: Row) -> None:
    """Put the name left of a row, each line by itself: a page's font has other widths."""
    lines = label(given.name).split("\n") if given.name else []
    for i, line in enumerate(lines):
        _paint_beside(axes, line, (0, row), (-6, LINE * ((len(lines) - 1) / 2 - i)), "right")
    if given.text:
        _paint_beside(axes, given.text, (1, row), (8, 0), "left")


def _paint_beside(
    axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], side: str
) -> None:
    """Text at a share of the axes' width in a row, moved by an offset in points."""
    places: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    style: dict[str, Any] = {"ha": side, "va": "center_baseline", "annotation_clip": False}
    axes.annotate(text, at, offset, **places, **style)


def paint_estimate(given: Estimate, own: Look, axes: Axes, row: int) -> None:
    """Draw a dot on its interval in a row."""
    if given.low is not None and given.high is not None:
        paint_bar(axes, row, (given.low, given.high), own, lw=2.2, solid_capstyle="round")
        paint_arrows(axes, row, (given.low, given.high), own)
    paint_mark(axes, given.value, row, own)


def paint_bar(axes: Axes, row: float, ends: tuple[float, float], own: Look, **style: Any) -> None:
    """Draw a line in a row from end to end, as far as the axis reaches."""
    axes.plot(np.clip(ends, *axes.get_xlim()), (row, row), color=own.colour, **style)


def paint_arrows(axes: Axes, row: float, ends: tuple[float, float], own: Look) -> None:
    """Draw an arrow at each edge of the axis beyond which an end lies."""
    low, high = axes.get_xlim()
    for arrow, edge, is_cut in (("<", low, ends[0] < low), (">", high, ends[1] > high)):
        if is_cut:
            axes.plot(edge, row, arrow, ms=6, color=own.colour, clip_on=False)


def paint_mark(axes: Axes, x: Any, y: Any, own: Look, size: float = 6.0) -> None:
    """Draw a mark of an arm at a point, or one at each of several."""
    style: dict[str, Any] = {"mfc": own.face, "mec": own.colour, "mew": size / 4}
    axes.plot(x, y, own.marker, ms=size, zorder=4, clip_on=False, **style)
