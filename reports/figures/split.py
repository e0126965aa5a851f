"""The split: where an epoch goes, as shares of the epoch."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from reports.figures.drawing import CHARACTER, Drawing
from reports.figures.palette import INK
from reports.figures.prefix import prefix
from reports.figures.rows import ROW, frame_for, of_arm, paint_names
from reports.findings.findings import Findings
from reports.findings.split import Split
from reports.text.names import visible
from reports.text.numbers import shown_seconds

WORDS = {"data_iter": "data", "gradient": "gradient", "update": "update", "rest": "rest"}
DENSITY = {"data_iter": 0.3, "gradient": 0.85, "update": 0.5, "rest": 0.18}  # how dense: no hue
KEY_LEFT, KEY_SQUARE = 10.0, 34.0  # points: where the key starts, a square and its gaps
NO_SPLIT = "one program"


def split(summary: Findings) -> Drawing | None:
    """Shares of data iteration, gradient, update and rest; None where no arm has a split."""
    found = summary.splits
    if not any(one.parts for one in found):
        return None
    names = [one.arm.name for one in found]
    times = [str(shown_seconds(one.epoch)) for one in found]

    def paint(axes: Axes) -> None:
        for row, one in enumerate(found):
            with of_arm(axes, one.arm.name):
                _paint_row(axes, row, one)
        paint_names(axes, names, times)
        _paint_key(axes)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
        axes.set_xlabel("share of the epoch")

    alternative = f"Where an epoch{prefix(summary)} goes: " + "; ".join(map(_sentence, found)) + "."
    frame = frame_for(names, times, top=18 + ROW)
    return Drawing(
        name="split",
        title=f"Where an epoch{prefix(summary)} goes",
        frame=frame,
        paint=paint,
        how_to_read="Every bar is an epoch, however long; its time stands at the right. "
        "The update is the step less its gradient, the rest what the epoch takes beyond its "
        "batches and steps. A part below 0 is drawn as nothing. One program has no parts.",
        alternative=alternative,
    )


def _paint_row(axes: Axes, row: int, one: Split) -> None:
    start = 0.0
    for part, share in one.shares.items():
        axes.barh(row, share, left=start, height=0.66, color=INK, alpha=DENSITY[part], lw=0)
        start += share
    if not one.parts:
        axes.text(0.5, row, NO_SPLIT, ha="center", va="center")


def _paint_key(axes: Axes) -> None:
    """The parts' colours above the bars, over the whole width of the figure."""
    x = KEY_LEFT
    for part, density in DENSITY.items():
        _paint_beside(axes, "\N{BLACK SQUARE}", (x, -1.45), alpha=density, size=14)
        _paint_beside(axes, WORDS[part], (x + 14, -1.4))
        x += KEY_SQUARE + CHARACTER * len(WORDS[part])


def _paint_beside(axes: Axes, text: str, at: tuple[float, float], **given: Any) -> None:
    """Text at points from the figure's left, in a row of the axes."""
    places = ("figure points", "data")
    axes.annotate(text, at, xycoords=places, va="center", annotation_clip=False, **given)


def _sentence(one: Split) -> str:
    name, epoch = visible(one.arm.name, 60), shown_seconds(one.epoch)
    if not one.parts:
        return f"{name} is one program of {epoch}"
    shares = ", ".join(f"{WORDS[part]} {share:.0%}" for part, share in one.shares.items())
    return f"{name} ({epoch}): {shares}".replace("%", " %")
