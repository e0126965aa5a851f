"""Ends: the names of curves beside their right ends, none over another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reports.figures.drawing import Frame
from reports.figures.forest import of_arm
from reports.figures.labels import points, short
from reports.figures.palette import look
from reports.findings.arms import Arm
from reports.findings.intervals import Floats

LINE = 13.0  # points between two names, one below the other
BESIDE = 8.0  # from a curve's end to its name


def margin(arms: Mapping[Arm, object]) -> float:
    """The points that names take to the right of the axes."""
    return BESIDE + points([short(arm.name) for arm in arms])


def paint_ends(axes: Axes, ends: Mapping[Arm, tuple[float, float]], frame: Frame) -> None:
    """Write the name of every arm beside the end of its curve, a place in data coordinates.

    The axes' limits and scales must be final.
    """
    size = np.array([frame.wide, frame.high])
    places = (axes.transScale + axes.transLimits).transform([*ends.values()]) * size
    for arm, (x, at), y in zip(ends, places, apart(places[:, 1], frame.high), strict=True):
        with of_arm(axes, arm):
            foot = np.array([(x, at), (frame.wide + BESIDE - 2, y)]) / size
            own: dict[str, Any] = {
                "color": look(arm).colour,
                "lw": 0.7,
                "alpha": 0.6,
                "clip_on": False,
            }
            axes.plot(*foot.T, **own, transform=axes.transAxes)
            beside = (1 + BESIDE / frame.wide, y / frame.high)
            axes.text(*beside, short(arm.name), va="center_baseline", transform=axes.transAxes)


def apart(heights: Floats, high: float) -> Floats:
    """``heights`` moved as little as keeps them a line apart, and below ``high`` as far as fits."""
    order = np.argsort(heights, kind="stable")
    steps = LINE * np.arange(len(heights))
    merged: list[list[float]] = []
    for height in heights[order] - steps:  # neighbours that would overlap share their mean
        merged.append([float(height)])
        while len(merged) > 1 and np.mean(merged[-2]) > np.mean(merged[-1]):
            merged[-2:] = [merged[-2] + merged[-1]]
    level = np.concatenate([np.full(len(group), np.mean(group)) for group in merged])
    placed = np.clip(level, 0, max(high - steps[-1], 0)) + steps
    return np.asarray(placed[np.argsort(order, kind="stable")])
