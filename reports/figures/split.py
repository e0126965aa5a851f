"""The split: where an epoch goes, as shares of the epoch."""

from __future__ import annotations

from functools import partial
from typing import Any

from matplotlib.axes import Axes

from reports.figures.drawing import CHARACTER, Drawing
from reports.figures.forest import Row, forest, row_of
from reports.figures.log_axis import paint_ticks
from reports.figures.palette import INK
from reports.findings.findings import Findings
from reports.findings.split import Split
from reports.text.numbers import shown_seconds

PARTS = {  # what each is called, and how dense it is: no hue
    "data_iter": ("data", 0.3),
    "gradient": ("gradient", 0.85),
    "update": ("update", 0.5),
    "rest": ("rest", 0.18),
}
KEY_LEFT, KEY_SQUARE = 10.0, 34.0  # points: where the key starts, a square and its gaps
NO_SPLIT = "one program"


def split(findings: Findings) -> Drawing | None:
    """Shares of data iteration, gradient, update and rest; None where no arm has a split."""
    found = findings.splits
    if not any(one.parts for one in found):
        return None
    return forest(
        "split",
        "Where an epoch goes",
        [row_of(s.arm, str(shown_seconds(s.epoch)), partial(_paint, s), _told(s)) for s in found],
        _paint_axis,
        head=Row("", paint=_paint_key),
        looks=(),
        how_to_read="Every bar is an epoch, however long; its time stands at the right. "
        "The update is the step less its gradient, the rest what the epoch takes beyond its "
        "batches and steps. A part below 0 is drawn as nothing. One program has no parts.",
        alternative="Where an epoch goes",
    )


def _told(one: Split) -> str:
    epoch = shown_seconds(one.epoch)
    if not one.parts:
        return f"is one program of {epoch}"
    shares = (f"{PARTS[part][0]} {100 * share:.0f} %" for part, share in one.shares.items())
    return f"({epoch}): {', '.join(shares)}"


def _paint_axis(axes: Axes, *_: object) -> None:
    axes.set(xlim=(0, 1), xlabel="share of the epoch")
    paint_ticks(axes.xaxis, (0, 0.5, 1), lambda share: f"{100 * share:.0f} %")


def _paint(one: Split, axes: Axes, row: int) -> None:
    start = 0.0
    for part, share in one.shares.items():
        axes.barh(row, share, left=start, height=0.66, color=INK, alpha=PARTS[part][1], lw=0)
        start += share
    if not one.parts:
        axes.text(0.5, row, NO_SPLIT, ha="center", va="center_baseline")


def _paint_key(axes: Axes, row: int) -> None:
    """The parts' colours above the bars, over the whole width of the figure."""
    x = KEY_LEFT
    for word, density in PARTS.values():
        _paint_word(axes, "\N{BLACK SQUARE}", (x, row), alpha=density, size=14)
        _paint_word(axes, word, (x + 14, row))
        x += KEY_SQUARE + CHARACTER * len(word)


def _paint_word(axes: Axes, text: str, at: tuple[float, float], **style: Any) -> None:
    """Text at points from the figure's left, in a row of the axes."""
    places = ("figure points", "data")
    axes.annotate(text, at, xycoords=places, va="center", annotation_clip=False, **style)
