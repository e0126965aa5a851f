"""The key: what hue, fill and shape of a mark say, in the same words under every figure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.palette import GREY, INK, MARKERS, OTHER_MARKER, Look

LINE = 15.0  # points
LEFT, BESIDE, BETWEEN = 12.0, 8.0, 10.0  # of the first mark, from a mark to its word, to the next
TIED = "\N{NO-BREAK SPACE}"  # between words that stay on one line
CHARACTER, CHARACTERS = 6.0, 52  # points of one, on a line


def key_height(looks: Sequence[Look], grey: str) -> float:
    """The points that the key of these looks takes, none where there are none."""
    return LINE * (1 + len(_lines(looks, grey))) + 4 if looks else 0.0


def paint_key(figure: Figure, looks: Sequence[Look], grey: str, size: tuple[float, float]) -> None:
    """Write the key at the lower edge of a figure of that size in points."""
    (width, height), x, y = size, LEFT, key_height(looks, grey) - LINE / 2
    for word, marker in _shapes(looks):
        mark = Line2D([x / width], [y / height], ls="", marker=marker, ms=6, mfc=INK, mec=INK)
        figure.add_artist(mark)
        figure.text((x + BESIDE) / width, y / height, word, va="center_baseline")
        x += BESIDE + CHARACTER * len(word) + BETWEEN
    for line in _lines(looks, grey):
        y -= LINE
        figure.text((LEFT - 4) / width, y / height, line, va="center_baseline")


def _shapes(looks: Sequence[Look]) -> list[tuple[str, str]]:
    """(execution, marker) of those that occur."""
    every = (*MARKERS.items(), ("other", OTHER_MARKER))
    return [one for one in every if any(look.marker == one[1] for look in looks)]


def _lines(looks: Sequence[Look], grey: str) -> list[str]:
    """What hue and fill say, as far as they occur."""
    hued = [look for look in looks if look.colour != GREY]
    said = {
        "Colour: framework": bool(hued),
        "filled: autodiff": not all(look.is_open for look in hued),
        "open: by hand": any(look.is_open for look in hued),
        f"grey: {grey}": len(hued) < len(looks),
    }
    whole = (words.replace(" ", TIED) for words, is_there in said.items() if is_there)
    return [line.replace(TIED, " ") for line in textwrap.wrap("; ".join(whole), CHARACTERS)]
