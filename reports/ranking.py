"""The ranking: what its table shows beside the numbers, and by what its rows can be picked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.words.names import visible
from reports.words.numbers import seconds_text

FACETS = {  # what an arm is; as a column, and as a filter where arms differ in it
    "framework": "engine",
    "differentiation": "derivative",
    "execution": "execution",
    "form": "form",
    "device": "device",
    "dtype": "dtype",
}
UNKNOWN = "not known"
LONGEST = 40
MOST_DECADES = 14  # an axis with more could not be read


@dataclass(frozen=True)
class Facet:
    """One property of arms: its key, its word, and its values in the order of the rows."""

    key: str
    word: str
    values: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        """Whether all arms have one and the same value."""
        return len(self.values) == 1


@dataclass(frozen=True)
class Strip:
    """Where a time and its interval lie on the log axis of the table, in per cent of its width."""

    at: float
    low: float
    width: float


@dataclass(frozen=True)
class Axis:
    """The log axis of the table: whole powers of ten."""

    first: int
    last: int

    @property
    def ends(self) -> tuple[str, str]:
        """Its first and its last time as text, such as ``1 µs`` and ``1 s``."""
        return _round(self.first), _round(self.last)

    @property
    def decades(self) -> int:
        """How many powers of ten it spans."""
        return self.last - self.first

    def place(self, seconds: float) -> float:
        """Per cent of the axis's width, held within it."""
        if seconds <= 0:
            return 0.0
        share = (math.log10(seconds) - self.first) / self.decades
        return 100 * min(max(share, 0.0), 1.0)

    def strip(self, cell: Cell) -> Strip | None:
        """Where ``cell`` lies, None where it has no number."""
        if cell.seconds is None:
            return None
        low, high = (
            self.place(end or cell.seconds.value) for end in (cell.seconds.low, cell.seconds.high)
        )
        return Strip(self.place(cell.seconds.value), low, high - low)


def _round(power: int) -> str:
    text = seconds_text(10.0**power)
    number, _, unit = text.partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}\u00a0{unit}"


def axis(findings: Findings) -> Axis | None:
    """An axis that holds every time of the ranking; None where there is none to hold."""
    cells = findings.ranking
    seconds = [c.seconds.value for c in cells if c.seconds and c.seconds.value > 0]
    if not seconds:
        return None
    first, last = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    last = max(last, first + 1)
    return Axis(max(first, last - MOST_DECADES), last)


def facets(findings: Findings) -> tuple[Facet, ...]:
    """Every property by which the rows of the ranking may differ, and of which any arm tells."""
    arms = [cell.arm for cell in findings.ranking]
    every = (
        Facet(key, word, tuple(dict.fromkeys(facet_of(arm, key) for arm in arms)))
        for key, word in FACETS.items()
    )
    # Runs before it was recorded tell no form
    return tuple(one for one in every if one.key != "form" or one.values != (UNKNOWN,))


def facet_of(arm: Arm, key: str) -> str:
    """What the arm is in respect of ``key``, in words."""
    value = getattr(arm, key)
    return visible(value or UNKNOWN, LONGEST)
