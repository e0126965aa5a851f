"""The palette: one look an arm, the same in every figure, told apart by the colour-blind.

There are more arms than colours that all eyes tell apart. From the eleventh arm on the colours
come again, with another marker and another dash.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from reports.findings.findings import Findings

# Okabe and Ito's set and its neighbours, all mid-tones: 3 to 1 against white and near-black.
COLOURS = (
    "#0b84c4",  # blue
    "#d9700a",  # orange
    "#0a9a73",  # green
    "#c2569b",  # purple
    "#d3483e",  # red
    "#9a8a12",  # olive
    "#7a6fd0",  # violet
    "#3a97a8",  # teal
    "#a5714a",  # brown
    "#d4608a",  # pink
)
BASELINE = "#808894"
PARTS = {
    "data_iter": "#3a97a8",
    "gradient": "#d9700a",
    "update": "#7a6fd0",
    "rest": "#808894",
}
SHAPES = {"o": "disc", "s": "square", "^": "triangle", "D": "diamond"}
MARKERS = tuple(SHAPES)
Dash = str | tuple[float, tuple[float, ...]]
DASHES: tuple[Dash, ...] = ("-", (0, (4, 1.6)), (0, (1.2, 1.2)), (0, (5, 1.4, 1.2, 1.4)))


@dataclass(frozen=True)
class Look:
    """How an arm is drawn wherever it is drawn."""

    colour: str
    marker: str
    dash: Dash
    hollow: bool  # of a null arm

    @property
    def shape(self) -> str:
        """The marker in words, as the page's style sheet names it."""
        return "ring" if self.hollow else SHAPES[self.marker]


def arm_looks(summary: Findings) -> tuple[Look, ...]:
    """The look of every arm: grey for a baseline and what repeats it."""
    own, grey = count(), count()
    found: list[Look] = []
    for arm in summary.arms:
        if arm.is_null:
            found.append(Look(BASELINE, MARKERS[0], DASHES[0], True))
        elif summary.is_baseline(arm):
            found.append(_look((BASELINE,), next(grey)))
        else:
            found.append(_look(COLOURS, next(own)))
    return tuple(found)


def _look(colours: tuple[str, ...], i: int) -> Look:
    again = i // len(colours) % len(MARKERS)
    return Look(colours[i % len(colours)], MARKERS[again], DASHES[again], False)
