"""Rows: horizontal plots with one line an arm, its name at the left, its number at the right."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.figures.svg import PAPER, Frame
from reports.intervals import Estimate
from reports.names import visible

WIDTH = 440.0  # points
ROW = 24.0
LONGEST_NAME = 24
CHARACTER = 6.3  # points, of a letter of the page's font at this size
TICK = 46.0  # points that a tick's label takes
REACH = 30.0  # how far beyond the outermost value, as a factor, an interval is still drawn


@dataclass(frozen=True)
class Line:
    """One arm's line: an estimate on the axis and the same as text."""

    name: str
    estimate: Estimate
    text: str
    colour: str
    hollow: bool


def frame_for(names: list[str], texts: list[str], top: float = 10.0) -> Frame:
    """A frame that has room for ``names`` at the left and ``texts`` at the right."""
    left = max([_width(label(name)) for name in names], default=0) + 16
    right = max([_width(text) for text in texts], default=0) + 16
    return Frame(WIDTH, top + 46 + ROW * max(len(names), 1), left, right, top, 46)


def label(name: str) -> str:
    """A name short enough for the margin."""
    return visible(name, LONGEST_NAME)


def _width(text: str) -> float:
    wide = sum(1.8 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text)
    return wide * CHARACTER


def paint_names(axes: Axes, names: list[str], texts: list[str]) -> None:
    """Put ``names`` and ``texts`` at the ends of rows 0, 1, … from the top."""
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [label(name) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for row, text in enumerate(texts):
        axes.annotate(
            text,
            (1, row),
            (10, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )


def paint_lines(axes: Axes, lines: list[Line]) -> None:
    """Draw each line's estimate as a dot on its interval, on a log axis."""
    axes.set_xscale("log")
    low, high = limits([line.estimate for line in lines])
    axes.set_xlim(low, high)
    for row, line in enumerate(lines):
        given = line.estimate
        if given.low is not None and given.high is not None:
            ends = (max(given.low, low), min(given.high, high))
            axes.plot(ends, (row, row), color=line.colour, lw=2.2, solid_capstyle="round")
        face = PAPER if line.hollow else line.colour
        axes.plot(given.value, row, "o", ms=6.5, mfc=face, mec=line.colour, mew=1.6)
    paint_names(axes, [line.name for line in lines], [line.text for line in lines])
    axes.grid(axis="x")


def limits(estimates: list[Estimate]) -> tuple[float, float]:
    """The ends of a log axis that shows every value, and intervals as far as is sensible."""
    values = [e.value for e in estimates]
    least, most = min(values), max(values)
    low = max(min([e.low or e.value for e in estimates]), least / REACH)
    high = min(max([e.high or e.value for e in estimates]), most * REACH)
    room = max(0.06 * math.log(high / low), 0.01)
    return low * math.exp(-room), high * math.exp(room)


def log_ticks(axes: Axes, frame: Frame, text: Callable[[float], str]) -> None:
    """Few, round ticks on the log x-axis, as many as have room, each labelled by ``text``."""
    most = max(int((frame.width - frame.left - frame.right) / TICK), 2)
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(FixedLocator(ticks(low, high, most)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """A few round numbers between ``low`` and ``high``; ``most`` where they are powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for digits in ((1,), (1, 3), (1, 2, 5)):
        powers = range(first, last + 1)
        found = [d * 10.0**p for p in powers for d in digits if low <= d * 10.0**p <= high]
        if len(found) >= 3:
            return found[:: math.ceil(len(found) / most)]
    return [float(t) for t in MaxNLocator(4).tick_values(low, high) if low <= t <= high]
