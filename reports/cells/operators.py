"""Operators: derivatives besides the gradient and what they cost, in cells.json."""

from __future__ import annotations

from typing import Annotated, Literal

from reports.cells.terms import ArmName, Count, Ratio, Seconds
from reports.document import Part, means
from reports.estimates.ratios import Summary
from reports.yardsticks.operators import prices_of_operators
from runfiles.phases import OPERATORS


class Operator(Part, frozen=True):
    """One arm's operator, over all minibatches of an epoch."""

    arm: ArmName
    operator: Annotated[
        Literal[OPERATORS],  # type: ignore[valid-type]  # of one definition
        means("Which derivative."),
    ]
    composition: str | None
    """By which modes the engine finds it, such as forward over reverse. Null where it does not
    say."""
    n_blocks: Count
    """Blocks that the time comes from."""
    seconds: Seconds
    """Time of all minibatches of an epoch, in seconds."""
    ratio: Ratio | None
    """That time divided by the arm's own gradient's, paired inside processes, without a unit. Null
    where the gradient was not timed."""


def operators(summary: Summary) -> tuple[Operator, ...]:
    """Every arm's operators that were timed."""
    return tuple(
        Operator(
            summary.arms[one.arm].name,
            one.operator,
            one.composition,
            one.seconds.n,
            one.seconds,
            one.ratio,
        )
        for one in prices_of_operators(summary)
    )
