"""Line ends: the name of every line at its right end, moved as little as none overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression

from reports.figures.drawing import CHARACTER, Frame
from reports.figures.palette import Look
from reports.figures.rows import WIDTH, breadth, elided
from reports.findings.intervals import Floats
from reports.words.names import visible

GAP = 13.5  # points between two labels' middles
LEADER = 16.0  # points from the axes to a label
LONGEST = 22  # characters of a label
LEFT, TOP, BOTTOM = 54.0, 12.0, 44.0


@dataclass(frozen=True)
class End:
    """The last point of a line, in data coordinates, and what the line is called."""

    x: float
    y: float
    name: str
    look: Look
    is_strong: bool = True


def frame_for_ends(names: list[str], least: float = 250.0) -> Frame:
    """A frame of at least that height which has room for ``names`` at the right."""
    right = (
        LEADER + 8 + 1.1 * CHARACTER * max([breadth(shorten(name)) for name in names], default=0)
    )
    height = max(least, TOP + BOTTOM + GAP * len(names))
    return Frame(WIDTH, height, LEFT, right, TOP, BOTTOM)


def shorten(name: str) -> str:
    """A name short enough for the margin."""
    return elided(visible(name), LONGEST)


def paint_ends(axes: Axes, frame: Frame, ends: list[End]) -> None:
    """Name every line at the right of the axes, whose limits and scales must be final."""
    to_fraction = axes.transScale + axes.transLimits
    if not ends:
        return
    at = np.asarray([to_fraction.transform((end.x, end.y)) for end in ends])  # (ends, 2)
    room = GAP / 2 / frame.high
    placed = spaced(at[:, 1], GAP / frame.high, -room, 1 + room)
    for end, (x, y), label_y in zip(ends, at, placed, strict=True):
        _paint_leader(axes, frame, end.look, end.is_strong, (x, y, label_y))
        axes.text(
            1 + LEADER / frame.wide,
            label_y,
            shorten(end.name),
            va="center_baseline",
            transform=axes.transAxes,
        )


def _paint_leader(
    axes: Axes, frame: Frame, look: Look, is_strong: bool, at: tuple[float, float, float]
) -> None:
    """A thin line from a line's end to its label."""
    x, y, label_y = at
    axes.plot(
        (x, 1 + 1 / frame.wide, 1 + (LEADER - 3) / frame.wide),
        (y, y, label_y),
        color=look.colour,
        lw=1.6 if is_strong else 0.8,
        alpha=1.0 if is_strong else 0.6,
        transform=axes.transAxes,
        clip_on=False,
        solid_capstyle="butt",
    )


def spaced(wanted: Floats, gap: float, low: float, high: float) -> Floats:
    """Places at least ``gap`` apart and as near to ``wanted`` as can be, (labels,).

    Least squares under ``y[i + 1] - y[i] >= gap`` is an isotonic regression of
    ``wanted[i] - i * gap``; cutting its values at the bounds keeps it the best within them.
    """
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(wanted))
    level = isotonic_regression(wanted[order] - steps).x
    top = max(high - steps[-1], low) if len(steps) else low
    found = np.empty(len(wanted))
    found[order] = np.clip(level, low, top) + steps
    return found
