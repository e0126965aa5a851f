"""Clauses: what the headline is made of, each with the numbers that bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.estimates.intervals import Estimate

Kind = Literal["evidence", "fastest", "baseline", "execution", "price", "dispatch"]


@dataclass(frozen=True)
class Compared:
    """An arm in a clause, and its time ÷ that of another one where it is compared."""

    arm: int
    of: int | None = None
    ratio: Estimate | None = None
    is_shown: bool = False  # whether the whole interval of the ratio lies where the clause says


@dataclass(frozen=True)
class Clause:
    """One sentence of the headline and what it rests on."""

    kind: Kind
    text: str
    arms: tuple[Compared, ...] = ()
    device: str | None = None
    execution: str | None = None


@dataclass(frozen=True)
class Headline:
    """What a run found, clause by clause; its ``str`` is the text."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " ".join(clause.text for clause in self.clauses)

    @property
    def first(self) -> str:
        """Who is fastest, or why nobody is."""
        return self.clauses[0].text

    @property
    def others(self) -> tuple[Clause, ...]:
        """What stands beside it."""
        return self.clauses[1:]

    def of_kind(self, *kinds: Kind) -> tuple[Clause, ...]:
        """The clauses of these kinds, in their order."""
        return tuple(clause for clause in self.clauses if clause.kind in kinds)
