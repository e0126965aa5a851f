"""The split: where an epoch goes, as shares of the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from reports.figures.drawing import CHARACTER, Drawing
from reports.figures.palette import INK
from reports.figures.prefix import prefix
from reports.figures.rows import ROW, frame_for, paint_names
from reports.findings.findings import Findings
from reports.words.names import visible
from reports.words.numbers import shown_seconds

WORDS = {"data_iter": "data", "gradient": "gradient", "update": "update", "rest": "rest"}
PARTS = {"data_iter": 0.3, "gradient": 0.85, "update": 0.5, "rest": 0.18}  # how dense: no hue
KEY_LEFT, KEY_SQUARE = 10.0, 34.0  # points: where the key starts, a square and its gaps
NO_SPLIT = "one program"


@dataclass(frozen=True)
class Split:
    """One arm's epoch in parts, in seconds; empty where it is one program."""

    name: str
    parts: dict[str, float]
    epoch: str

    def shares(self) -> dict[str, float]:
        """Each part's share of the epoch, or of the parts' sum where that is larger."""
        drawn = {part: max(seconds, 0.0) for part, seconds in self.parts.items()}
        whole = sum(drawn.values())
        return {part: seconds / whole for part, seconds in drawn.items()} if whole else {}


def splits(summary: Findings) -> list[Split]:
    """The split of every timed arm but null arms, in the order of their epochs."""
    found = []
    for cell in summary.ranked("epoch"):
        arm = cell.arm
        if cell.seconds and not arm.is_null:
            given = {part: summary.cell(cell.arm, part) for part in PARTS}
            parts = {p: c.seconds.value for p, c in given.items() if c and c.seconds}
            whole = parts if len(parts) == len(PARTS) else {}
            found.append(Split(arm.name, whole, str(shown_seconds(cell.seconds))))
    return found


def split(summary: Findings) -> Drawing | None:
    """Shares of data iteration, gradient, update and rest; None where no arm has a split."""
    found = splits(summary)
    if not any(one.parts for one in found):
        return None

    def paint(axes: Axes) -> None:
        for row, one in enumerate(found):
            _paint_row(axes, row, one)
        paint_names(axes, [one.name for one in found], [one.epoch for one in found])
        _paint_key(axes)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
        axes.set_xlabel("share of the epoch")

    alternative = f"Where an epoch{prefix(summary)} goes: " + "; ".join(map(_sentence, found)) + "."
    frame = frame_for([one.name for one in found], [one.epoch for one in found], top=18 + ROW)
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
    for part, share in one.shares().items():
        axes.barh(row, share, left=start, height=0.66, color=INK, alpha=PARTS[part], lw=0)
        start += share
    if not one.parts:
        axes.text(0.5, row, NO_SPLIT, ha="center", va="center")


def _paint_key(axes: Axes) -> None:
    """The parts' colours above the bars, over the whole width of the figure."""
    x = KEY_LEFT
    for part, density in PARTS.items():
        _paint_beside(axes, "\N{BLACK SQUARE}", (x, -1.45), alpha=density, size=14)
        _paint_beside(axes, WORDS[part], (x + 14, -1.4))
        x += KEY_SQUARE + CHARACTER * len(WORDS[part])


def _paint_beside(axes: Axes, text: str, at: tuple[float, float], **given: Any) -> None:
    """Text at points from the figure's left, in a row of the axes."""
    places = ("figure points", "data")
    axes.annotate(text, at, xycoords=places, va="center", annotation_clip=False, **given)


def _sentence(one: Split) -> str:
    name = visible(one.name, 60)
    if not one.parts:
        return f"{name} is one program of {one.epoch}"
    shares = ", ".join(f"{WORDS[part]} {share:.0%}" for part, share in one.shares().items())
    return f"{name} ({one.epoch}): {shares}".replace("%", " %")
