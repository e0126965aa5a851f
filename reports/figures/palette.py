"""The palette: hue is the framework, fill the derivative, shape the execution, in every run."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from reports.findings.arms import Arm

INK = "#010203"  # stands for the colour of the text around the figure
PAPER = "#fefefe"  # stands for the colour behind it; both are right as they are on white paper
GREY = "#808894"  # what is no framework: null arms, references, arms that are not talked about
# All are 3 to 1 against white and near-black. Of the first five no two look alike to the
# colour-blind; the others, rarely all in one run, keep apart as far as ten colours can.
HUES = {
    "torch": "#c83404",
    "jax": "#2f63e1",
    "numpy": "#0a9a73",
    "numba": "#b634a8",
    "tensorflow": "#c48200",
    "mlx": "#8580a6",
    "autograd": "#96576c",
    "casadi": "#3f8ee3",
    "tinygrad": "#f0587f",
    "cupy": "#0f7f95",
}
OTHER_HUES = (  # of a framework that is not above, by its name
    *("#6b8419", "#7d5fd6", "#a9683a", "#cf4f9b", "#3f8a8a", "#5a8a3c", "#a3762a", "#6a7fc0"),
)
MARKERS = {"eager": "o", "compiled step": "s", "compiled epoch": "^"}
OTHER_MARKER = "D"
SHAPES = {"o": "disc", "s": "square", "^": "triangle", OTHER_MARKER: "diamond"}
Dash = str | tuple[float, tuple[float, ...]]
DASHED: Dash = (0, (4, 1.6))
DOTTED: Dash = (0, (1, 1.2))  # of what leads to words and is no interval


@dataclass(frozen=True)
class Look:
    """How an arm is drawn wherever it is drawn."""

    colour: str
    marker: str
    is_open: bool  # by hand; filled: autodiff

    @property
    def face(self) -> str:
        """The colour inside its mark."""
        return PAPER if self.is_open else self.colour

    @property
    def dash(self) -> Dash:
        """How its line is drawn: as open as its mark."""
        return DASHED if self.is_open else "-"

    @property
    def shape(self) -> str:
        """The mark in words, as the page's style sheet names it."""
        return f"{SHAPES[self.marker]}{' open' if self.is_open else ''}"


NO_ARM = Look(GREY, "", False)  # of a grey line without marks


def hue(framework: str | None) -> str:
    """The colour of a framework, the same in every run, also of one that is not known here."""
    name = (framework or "").lower()
    return HUES.get(name) or OTHER_HUES[crc32(name.encode()) % len(OTHER_HUES)]


def look(arm: Arm) -> Look:
    """The look of an arm, whatever other arms there are."""
    colour = GREY if arm.is_null else hue(arm.framework)
    marker = MARKERS.get(arm.execution or "", OTHER_MARKER)
    return Look(colour, marker, arm.differentiation == "hand-written")
