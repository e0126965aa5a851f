"""Rows: horizontal plots with one line an arm, its name at the left, its number at the right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from reports.figures.drawing import ARM, CHARACTER, Frame
from reports.figures.log_axis import limits
from reports.figures.palette import Look
from reports.findings.intervals import Estimate
from reports.text.names import visible

WIDTH = 328.0  # points: a column on a phone 360 pixels wide, so that text stays 11 pixels high
ROW, TALL_ROW = 15.0, 27.0  # of names on one line, on two
FOOT = 40.0  # the axis, its labels and its words
LINE = 11.5  # between the two lines of a name
LONGEST_NAME = 22  # characters of a line
PLACES = (r" (?=\S)", r"(?=@)", r"(?<=[-_/:.])")  # where a name is broken first, second, third
OVER = " ÷ "  # between the two arms of a quotient
TICK = 40.0  # points that a tick's label takes
REACH = 30.0  # how far beyond the outermost value, as a factor, an interval is still drawn


@dataclass(frozen=True)
class Line:
    """One arm's line: an estimate on the axis and the same as text."""

    name: str
    estimate: Estimate
    text: str
    look: Look


def frame_for(names: list[str], texts: list[str], top: float = 10.0) -> Frame:
    """A frame that has room for ``names`` at the left and ``texts`` at the right."""
    left = 14 + CHARACTER * max([breadth(label(name)) for name in names], default=0)
    right = 16 + CHARACTER * max([breadth(text) for text in texts], default=0)
    row = TALL_ROW if any("\n" in label(name) for name in names) else ROW
    return Frame(WIDTH, top + FOOT + row * max(len(names), 1), left, right, top, FOOT)


def label(name: str) -> str:
    """A name short enough for the margin, on two lines where it must be."""
    longest, whole = _longest(name), visible(name)
    if len(whole) <= longest:
        return whole
    at = _break(whole, longest)
    first, second = whole[:at].rstrip(), whole[at:].lstrip()
    return f"{elided(first, LONGEST_NAME)}\n{elided(second, LONGEST_NAME)}"


def elided(text: str, longest: int) -> str:
    """``text`` cut in its middle where it is broader: both ends tell names apart."""
    if breadth(text) <= longest:
        return text
    room = max(int(longest * len(text) / breadth(text)), 2)  # fewer where characters are wide
    head = room // 2
    return f"{text[:head]}…{text[len(text) - (room - head - 1) :]}"


def _longest(name: str) -> int:
    """The characters that fit on a line: fewer where they are wide."""
    return max(int(LONGEST_NAME * max(len(name), 1) / max(breadth(name), 1)), 2)


def _break(whole: str, longest: int) -> int:
    """The best place to break ``whole`` into two lines; at a quotient in any case."""
    if OVER in whole:
        return whole.index(OVER) + len(OVER)
    found = [[match.start() for match in re.finditer(pattern, whole)] for pattern in PLACES]
    for places in found:
        fitting = [at for at in places if 0 < at <= longest and len(whole) - at <= longest + 1]
        if fitting:
            return fitting[-1]
    early = [[at for at in places if 0 < at <= longest] for places in found]
    return next((places[-1] for places in early if places), longest)


def breadth(text: str) -> float:
    """The breadth of the longest line of ``text``, in characters."""
    return max((sum(map(_breadth, line)) for line in text.split("\n")), default=0.0)


def _breadth(character: str) -> float:
    return 1.8 if unicodedata.east_asian_width(character) in "WF" else 1.0


def paint_names(axes: Axes, names: list[str], texts: list[str]) -> None:
    """Put ``names`` and ``texts`` at the ends of rows 0, 1, … from the top."""
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for row, (name, text) in enumerate(zip(names, texts, strict=True)):
        with of_arm(axes, name):
            paint_words(axes, row, name, text)


def paint_words(axes: Axes, row: float, name: str, text: str) -> None:
    """Put ``name`` left and ``text`` right of a row."""
    lines = label(name).split("\n")  # each placed by itself: a page's font has other widths
    for i, line in enumerate(lines):
        rise = LINE * ((len(lines) - 1) / 2 - i)
        _paint_beside(axes, line, (0, row), (-6, rise), "right")
    _paint_beside(axes, text, (1, row), (8, 0), "left")


@contextmanager
def of_arm(axes: Axes, name: str) -> Iterator[None]:
    """Whatever is painted meanwhile belongs to an arm, and goes where its row goes."""
    before = set(axes.get_children())
    yield
    for artist in set(axes.get_children()) - before:
        artist.set_gid(f"{ARM}{visible(name)}")


def _paint_beside(
    axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], side: str
) -> None:
    """Text at a share of the axes' width in a row, moved by an offset in points."""
    axes.annotate(
        text,
        at,
        offset,
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha=side,
        va="center_baseline",
        annotation_clip=False,
    )


def paint_lines(axes: Axes, lines: list[Line]) -> None:
    """Draw each line's estimate as a dot on its interval, on a log axis."""
    axes.set_xscale("log")
    axes.set_xlim(*estimate_limits([line.estimate for line in lines]))
    for row, line in enumerate(lines):
        with of_arm(axes, line.name):
            paint_estimate(axes, row, line.estimate, line.look)
    paint_names(axes, [line.name for line in lines], [line.text for line in lines])
    axes.grid(axis="x")


def paint_estimate(axes: Axes, row: float, given: Estimate, look: Look) -> None:
    """Draw a dot on its interval in a row, as far as the axis reaches."""
    low, high = axes.get_xlim()
    if given.low is not None and given.high is not None:
        ends = (max(given.low, low), min(given.high, high))
        axes.plot(ends, (row, row), color=look.colour, lw=2.2, solid_capstyle="round")
    paint_mark(axes, given.value, row, look)


def paint_mark(axes: Axes, x: Any, y: Any, look: Look, size: float = 6.0) -> None:
    """Draw a mark of an arm at a point, or one at each of several."""
    style: dict[str, Any] = {"mfc": look.face, "mec": look.colour, "mew": size / 4}
    axes.plot(x, y, look.marker, ms=size, zorder=4, clip_on=False, **style)


def estimate_limits(estimates: list[Estimate]) -> tuple[float, float]:
    """The ends of a log axis that shows every value, and intervals as far as is sensible."""
    values = [e.value for e in estimates]
    least, most = min(values), max(values)
    low = max(min([e.low or e.value for e in estimates]), least / REACH)
    high = min(max([e.high or e.value for e in estimates]), most * REACH)
    return limits([low, high])


def most_ticks(frame: Frame) -> int:
    """The labels of ticks that fit side by side."""
    return max(int(frame.wide / TICK), 2)
