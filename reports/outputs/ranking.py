"""The ranking: what its table shows beside the numbers, and by what its rows can be picked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.text.names import visible
from reports.text.numbers import is_too_wide

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
DEEPEST = 3  # decades behind the fastest, from where on the tint is as deep as it gets
EVIDENT = 1.5  # a ratio this far from 1 says faster or slower by itself


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


def tint(times: float) -> int:
    """How deep a cell is tinted, in per cent, by how many times the fastest it tells."""
    return round(100 * min(max(math.log10(times), 0) / DEEPEST, 1)) if times > 0 else 0


def verdict_of(findings: Findings, cell: Cell) -> str:
    """The cell's verdict where it informs: not where the ratio says as much by itself."""
    told = findings.verdict(cell) if cell.seconds else ""
    if told not in ("faster", "slower") or cell.ratio is None or is_too_wide(cell.ratio):
        return told
    return told if 1 / EVIDENT < cell.ratio.value < EVIDENT else ""


def is_vague(cell: Cell) -> bool:
    """Whether there are too few blocks for an interval of its time or ratio."""
    return any(one is not None and is_too_wide(one) for one in (cell.seconds, cell.ratio))
