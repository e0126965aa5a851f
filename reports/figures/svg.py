"""SVG: a drawing as text that is safe, and unique, inside an HTML page or as a file."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from reports.figures.drawing import ARM, Drawing, saved
from reports.figures.palette import INK, PAPER

REFERENCE = re.compile(r"url\(#([^)]*)\)")
SCALE = 1.45  # of a file's own size: 11 pixels on a phone, 16 where there is room
STANDALONE = """<style>
svg { color: #1f2328; font-family: sans-serif; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; --paper: #0d1117; } }
</style>"""


def for_page(drawing: Drawing) -> str:
    """The drawing without its title, in the page's ink; every id starts with its name."""
    return ET.tostring(_svg(drawing, titled=False), encoding="unicode")


def standalone(drawing: Drawing) -> str:
    """The drawing as a file of its own, for a README: it knows its size, light and dark."""
    root = _svg(drawing, titled=True)
    wide, high = (SCALE * float(size) for size in root.attrib["viewBox"].split()[2:])
    root.attrib |= {"width": f"{wide:.0f}", "height": f"{high:.0f}"}
    opening, _, rest = ET.tostring(root, encoding="unicode").partition(">")
    return f"{opening}>{STANDALONE}{rest}\n"


def _svg(drawing: Drawing, titled: bool) -> ET.Element:
    document = saved(drawing, "svg", titled, transparent=True, metadata={"Date": None})
    root = ET.fromstring(document)  # written by matplotlib a moment ago
    for parent in root.iter():
        for child in list(parent):
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(k): _own(v, drawing.name, _local(k)) for k, v in element.items()}
        if element.get("id", "").startswith(f"{drawing.name}-{ARM}"):  # one of several, so no id
            element.set("data-arm", element.attrib.pop("id").partition(ARM)[2])
    for size in ("width", "height", "id", "version"):
        root.attrib.pop(size, None)
    root.attrib |= {"role": "img", "aria-label": drawing.alternative, "focusable": "false"}
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return root


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
