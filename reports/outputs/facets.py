"""Facets: the properties by which arms differ, as columns and as filters of the ranking."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.outputs.parts import told

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
    return told(getattr(arm, key) or UNKNOWN, LONGEST)
