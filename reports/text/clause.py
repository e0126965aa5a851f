"""Clauses: the sentences of a run's headline, each with the numbers that bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.findings.compared import ComparedArms
from reports.findings.document import Aside, key
from reports.text.sentence import Sentence

Kind = Literal["evidence", "fastest", "baseline", "execution", "price", "dispatch"]


class Clause(ComparedArms, frozen=True, eq=False):
    """One sentence of the headline."""

    kind: Kind
    """What it is about: the evidence, who is fastest, that arm beside its baseline, autodiff of one
    execution, what autodiff costs in one, whether dispatch is measured."""
    told: Aside[Sentence]
    device: str | None = None
    """The device of its arms, where it is about one."""
    execution: str | None = None
    """The execution of its arms, where it is about one."""
    about: Aside[Sentence | None] = None  # what stands before a colon, where it has one

    @key
    def text(self) -> str:
        """The sentence."""
        return self.sentence

    @property
    def sentence(self) -> Sentence:
        """The whole of it."""
        return self.told if self.about is None else Sentence("{}: {}", self.about, self.told)


@dataclass(frozen=True)
class Headline:
    """What a run found, clause by clause; its ``str`` is the text."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " ".join(clause.text for clause in self.clauses)

    @property
    def first(self) -> Sentence:
        """Who is fastest, or why nobody is."""
        return self.clauses[0].sentence

    def of_kind(self, *kinds: Kind) -> tuple[Clause, ...]:
        """The clauses of these kinds, in their order."""
        return tuple(clause for clause in self.clauses if clause.kind in kinds)
