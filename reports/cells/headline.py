"""The headline, clause by clause with the numbers that bear it, in cells.json."""

from __future__ import annotations

from typing import Annotated

from reports.cells.terms import ArmName, Count, Size
from reports.document import Part, means
from reports.estimates.intervals import Estimate
from reports.estimates.ratios import Summary
from reports.facts.calls import steps_a_call
from reports.words import clause
from reports.words.clause import Headline, Kind

Seconds = Annotated[Estimate, means("the 95 % interval.")]
Ratio = Annotated[
    Estimate,
    means(
        "the 95 % interval; widened for all arms compared with the same one, save in prices and "
        "beside the baseline."
    ),
]


class Compared(Part, frozen=True):
    """An arm in a clause of the headline."""

    arm: ArmName
    of: str | None
    """Name of the arm that its ratio is to: the fastest, the first of a tier, the baseline, the arm
    by hand, or what bounds its arithmetic. Null for the first."""
    is_shown: bool
    """Whether the interval shows what the clause is about: that it takes more time, or differs from
    the baseline, or takes ten times as long as its arithmetic."""
    steps_a_call: Size | None
    """The most gradient steps in one call, where the backend tells it."""
    seconds: Seconds | None
    """Its time of the main phase."""
    ratio: Ratio | None
    """Its time over that of the other arm, paired by block."""


class Clause(Part, frozen=True):
    """One sentence of the headline."""

    kind: Kind
    """What it is about: the evidence, who is fastest, that arm beside its baseline, autodiff of one
    execution, what autodiff costs in one, whether dispatch is measured."""
    text: str
    """The sentence."""
    device: str | None
    """The device of its arms, where it is about one."""
    execution: str | None
    """The execution of its arms, where it is about one."""
    n_shown: Count
    """How many of its arms have a difference that is shown."""
    arms: tuple[Compared, ...]
    """The arms that it compares, from fast to slow."""


def clauses(summary: Summary, headline: Headline) -> tuple[Clause, ...]:
    """The clauses of ``headline``."""
    return tuple(
        Clause(
            kind=one.kind,
            text=one.text,
            device=one.device,
            execution=one.execution,
            n_shown=sum(arm.is_shown for arm in one.arms),
            arms=tuple(_compared(summary, arm) for arm in one.arms),
        )
        for one in headline.clauses
    )


def _compared(summary: Summary, one: clause.Compared) -> Compared:
    cell = summary.cell(one.arm, summary.main_phase)
    return Compared(
        arm=summary.arms[one.arm].name,
        of=None if one.of is None else summary.arms[one.of].name,
        is_shown=one.is_shown,
        steps_a_call=steps_a_call(summary.run, one.arm),
        seconds=cell.seconds if cell else None,
        ratio=one.ratio,
    )
