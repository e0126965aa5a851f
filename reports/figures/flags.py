"""Flags: words that hang below a curve from the points they are about, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import CHARACTER, WIDTH, Frame
from reports.figures.forest import of_arm, paint_mark
from reports.figures.labels import breadth
from reports.figures.palette import DOTTED, PAPER, look
from reports.findings.arms import Arm
from reports.findings.intervals import Estimate, Floats

FRAME = Frame(WIDTH, 300, 50, 18, 10, 40)
MOST = 5  # flags for which there is room below a level curve
LINE = 13.5  # points between two flags, one below the other
BESIDE, APART = 4.0, 12.0  # from a pole to its words, between the words of two on one line
WORDS: dict[str, Any] = {  # read before the lines behind them
    "va": "center_baseline",
    "bbox": {"facecolor": PAPER, "linewidth": 0, "pad": 0.5},
}


@dataclass(frozen=True)
class Flag:
    """A point in data coordinates, what is said of it, whose it is and how sure its place."""

    x: float
    y: float
    text: str
    arm: Arm
    place: Estimate | None = None


def with_room(
    ends: tuple[float, float], flags: Sequence[Flag], frame: Frame = FRAME
) -> tuple[float, float]:
    """The ends of a log axis with what ``flags`` need below the lowest curve."""
    low, high = ends
    share = (min(len(flags), MOST) + 0.5) * LINE / frame.high
    return high * (low / high) ** (1 / (1 - share)), high


def paint_flags(axes: Axes, flags: Sequence[Flag], lowest: Floats, frame: Frame = FRAME) -> None:
    """Hang ``flags`` below the lowest curve, (points, 2) in data coordinates.

    The axes' limits and scales must be final.
    """
    if not flags:
        return
    size = np.array([frame.wide, frame.high])
    to_share = axes.transScale + axes.transLimits
    below = to_share.transform(lowest) * size
    poles = to_share.transform([(flag.x, flag.y) for flag in flags]) * size
    widths = [CHARACTER * breadth(flag.text) + BESIDE for flag in flags]
    places = placed(poles, widths, below, frame.wide)
    for flag, pole, place in zip(flags, poles, places, strict=True):
        with of_arm(axes, flag.arm):
            _paint_flag(axes, flag, pole, place, size)


def _paint_flag(
    axes: Axes, flag: Flag, pole: Floats, place: tuple[float, float], size: Floats
) -> None:
    """Draw the mark, the pole below it and its words at a place, in points of a frame's size."""
    (left, y), own = place, look(flag.arm)
    foot = pole[0], y + (LINE / 2 if left < pole[0] else 0)
    line: dict[str, Any] = {"color": own.colour, "lw": 1, "ls": DOTTED}
    axes.plot(*(np.array([pole, foot]) / size).T, **line, transform=axes.transAxes)
    paint_mark(axes, flag.x, flag.y, own, 7.0)
    if flag.place and flag.place.low is not None and flag.place.high is not None:
        ends = np.clip((flag.place.low, flag.place.high), *axes.get_xlim())
        axes.plot(ends, (flag.y, flag.y), color=own.colour, lw=4, alpha=0.4)
    x, y = (left + BESIDE, y) / size
    axes.text(x, y, flag.text, **WORDS, transform=axes.transAxes)


def placed(
    poles: Floats, widths: list[float], below: Floats, wide: float = FRAME.wide
) -> list[tuple[float, float]]:
    """(left, middle) of each flag in points: right of its pole where it fits, below all it meets.

    From the right: what hangs below another's words has its pole left of them, or behind.
    """
    found: dict[int, tuple[float, float]] = {}
    for i in np.argsort(-poles[:, 0], kind="stable"):
        left = max(min(poles[i, 0], wide - widths[i]), 0.0)
        right = left + widths[i]
        ends = {k: (at - APART, at + widths[k] + APART) for k, (at, _) in found.items()}
        met = [found[k][1] for k, (start, end) in ends.items() if start < right and left < end]
        near = below[(below[:, 0] >= left - 3) & (below[:, 0] <= right), 1]
        found[i] = left, min([*near, *met]) - LINE
    return [found[i] for i in range(len(widths))]
