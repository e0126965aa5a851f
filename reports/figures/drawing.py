"""A drawing: a figure of a run before it has a file format, and the style all figures share."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.key import key_height, paint_key
from reports.figures.palette import INK, Look

ARM = "arm:"  # begins the id of what belongs to an arm
POINTS_PER_INCH = 72
FONT_SIZE = 11.0
CHARACTER = 6.2  # points, of a letter at that size in a wide font
TITLE_SIZE, TITLE_LINE, TITLE_CHARACTERS = 12.5, 16.0, 42
STYLE: dict[Any, Any] = {  # the keys' type differs between matplotlib releases
    "svg.fonttype": "none",  # real text: selectable, in the page's font, any script
    "pdf.fonttype": 42,  # whole outlines, which printers and journals ask for
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "font.size": FONT_SIZE,
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": INK,
    "grid.alpha": 0.13,
    "grid.linewidth": 0.6,
}


@dataclass(frozen=True)
class Frame:
    """The size of a figure and the margins around its axes, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def wide(self) -> float:
        """The width of the axes."""
        return self.width - self.left - self.right

    @property
    def high(self) -> float:
        """The height of the axes."""
        return self.height - self.top - self.bottom

    def box(self, above: float = 0, below: float = 0) -> tuple[float, float, float, float]:
        """The axes' place as matplotlib wants it: fractions of a figure so much higher."""
        height, left, wide = self.height + above + below, self.left / self.width, self.wide
        return left, (self.bottom + below) / height, wide / self.width, self.high / height


WIDTH = 328.0  # points: a column on a phone 360 pixels wide, so that text stays 11 pixels high
LOW = Frame(WIDTH, 230, 48, 12, 10, 40)  # of plots without rows


@dataclass(frozen=True)
class Drawing:
    """A figure: what it is called, how it is painted, how to read it, what it shows in words."""

    name: str
    title: str
    frame: Frame
    paint: Callable[[Axes], None]
    how_to_read: str
    alternative: str
    looks: tuple[Look, ...] = ()  # of the arms in it, which its key explains
    grey: str = "null arm"  # what is grey in it, of which a look is grey, too


def saved(drawing: Drawing, form: str, titled: bool, **options: Any) -> bytes:
    """The drawing as a file in matplotlib's format ``form``; ``options`` go to ``savefig``."""
    out = io.BytesIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": drawing.name}), warnings.catch_warnings():
        # A browser has the glyphs that matplotlib's own font lacks; on paper they are boxes.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        _figure(drawing, titled).savefig(out, format=form, **options)
    return out.getvalue()


def _figure(drawing: Drawing, titled: bool) -> Figure:
    lines = textwrap.wrap(drawing.title, TITLE_CHARACTERS, max_lines=3, placeholder=" …")
    above = TITLE_LINE * len(lines) + 8 if titled else 0
    below = key_height(drawing.looks, drawing.grey)
    size = drawing.frame.width, drawing.frame.height + above + below
    figure = Figure(figsize=(size[0] / POINTS_PER_INCH, size[1] / POINTS_PER_INCH))
    drawing.paint(figure.add_axes(drawing.frame.box(above, below)))
    paint_key(figure, drawing.looks, drawing.grey, size)
    for i, line in enumerate(lines if titled else []):
        at = 8 / size[0], 1 - (8 + TITLE_LINE * i) / size[1]
        figure.text(*at, line, va="top", size=TITLE_SIZE, weight="bold")
    return figure
