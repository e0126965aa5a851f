"""SVG: a matplotlib drawing as text that is safe, and unique, inside an HTML page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#010203"  # stands for the colour of the text around the figure
PAPER = "#040506"  # stands for the colour behind it
POINTS_PER_INCH = 72
STYLE: dict[Any, Any] = {  # the keys' type differs between matplotlib releases
    "svg.fonttype": "none",  # real text: selectable, in the page's font, any script
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "font.size": 11,
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
REFERENCE = re.compile(r"url\(#([^)]*)\)")


@dataclass(frozen=True)
class Drawing:
    """A figure for the page: what it is called, its SVG, how to read it, what it shows."""

    name: str
    title: str
    svg: str
    how_to_read: str
    alternative: str


STANDALONE = """<style>
svg { color: #1f2328; font-family: sans-serif; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; --paper: #0d1117; } }
</style>"""


def standalone(drawing: Drawing) -> str:
    """The drawing as a file of its own, for a README: it knows light and dark by itself."""
    opening, _, rest = drawing.svg.partition(">")
    return f"{opening}>{STANDALONE}{rest}\n"


@dataclass(frozen=True)
class Frame:
    """The size of a figure and the margins around its axes, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    def box(self) -> tuple[float, float, float, float]:
        """The axes' place as matplotlib wants it: fractions of the figure."""
        wide = self.width - self.left - self.right
        high = self.height - self.top - self.bottom
        return (
            self.left / self.width,
            self.bottom / self.height,
            wide / self.width,
            high / self.height,
        )


def draw(name: str, frame: Frame, paint: Callable[[Axes], None], alternative: str) -> str:
    """What ``paint`` puts on axes in ``frame``, as SVG whose every id starts with ``name``."""
    out = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        # The browser has the glyphs that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        size = (frame.width / POINTS_PER_INCH, frame.height / POINTS_PER_INCH)
        figure = Figure(figsize=size)
        paint(figure.add_axes(frame.box()))
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return _for_page(out.getvalue(), name, alternative)


def _for_page(document: str, name: str, alternative: str) -> str:
    root = ET.fromstring(document)  # written by matplotlib a moment ago
    for parent in root.iter():
        for child in list(parent):
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(k): _own(v, name, _local(k)) for k, v in element.items()}
    for size in ("width", "height", "id", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-label": alternative, "focusable": "false"}
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return ET.tostring(root, encoding="unicode")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _own(value: str, name: str, attribute: str) -> str:
    """An attribute with its ids made the figure's own and the ink made the page's."""
    if attribute == "id":
        return f"{name}-{value}"
    if attribute == "href":
        return f"#{name}-{value.removeprefix('#')}"
    if attribute not in ("style", "clip-path", "fill", "stroke"):
        return value
    own = REFERENCE.sub(rf"url(#{name}-\1)", value)
    return own.replace(INK, "currentColor").replace(PAPER, "var(--paper, #fff)")
