"""Clauses: the sentences of a run's headline, each with the numbers that bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from reports.findings.arms import Arm, ArmName
from reports.findings.document import Part, key, means
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.terms import Count, Size

Kind = Literal["evidence", "fastest", "baseline", "execution", "price", "dispatch"]
Seconds = Annotated[Estimate, means("the 95 % interval.")]
Ratio = Annotated[
    Estimate,
    means(
        "the 95 % interval; widened for all arms compared with the same one, save in prices and "
        "beside the baseline."
    ),
]


class Compared(Part, frozen=True, eq=False, kw_only=True):
    """An arm in a clause of the headline."""

    arm: ArmName
    of: Arm | None
    """Name of the arm that its ratio is to: the fastest, the first of a tier, the baseline, the arm
    by hand, or what bounds its arithmetic. Null for the first."""
    is_shown: bool
    """Whether the interval shows what the clause is about: that it takes more time, or differs from
    the baseline, or takes ten times as long as its arithmetic."""
    seconds: Seconds | None
    """Its time of the main phase."""
    ratio: Ratio | None
    """Its time over that of the other arm, paired by block."""

    @key
    def steps_a_call(self) -> Size | None:
        """The most gradient steps in one call, where the backend tells it."""
        return self.arm.steps_a_call


class Clause(Part, frozen=True, eq=False):
    """One sentence of the headline."""

    kind: Kind
    """What it is about: the evidence, who is fastest, that arm beside its baseline, autodiff of one
    execution, what autodiff costs in one, whether dispatch is measured."""
    text: str
    """The sentence."""
    arms: tuple[Compared, ...] = ()
    """The arms that it compares, from fast to slow."""
    device: str | None = None
    """The device of its arms, where it is about one."""
    execution: str | None = None
    """The execution of its arms, where it is about one."""

    @key
    def n_shown(self) -> Count:
        """How many of its arms have a difference that is shown."""
        return sum(arm.is_shown for arm in self.arms)


def compared(
    findings: Findings,
    arm: Arm,
    of: Arm | None = None,
    ratio: Estimate | None = None,
    is_shown: bool = False,
) -> Compared:
    """``arm`` with its time of the main phase, beside that of another one."""
    cell = findings.cell(arm)
    seconds = cell.seconds if cell else None
    return Compared(arm=arm, of=of, is_shown=is_shown, seconds=seconds, ratio=ratio)


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
