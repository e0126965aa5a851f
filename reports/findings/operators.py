"""Operators: what a derivative besides the gradient costs, against the same arm's gradient."""

from __future__ import annotations

from typing import Annotated, Literal

from reports.findings.arms import ArmName
from reports.findings.case import Case
from reports.findings.cells import Cell
from reports.findings.document import Part, key, means
from reports.findings.intervals import Estimate
from reports.findings.names import named
from reports.findings.terms import Count, Ratio, Seconds
from runfiles.phases import OPERATORS


class Operator(Part, frozen=True, eq=False):
    """One arm's operator, over all minibatches of an epoch."""

    arm: ArmName
    operator: Annotated[
        Literal[OPERATORS],  # type: ignore[valid-type]  # of one definition
        means("Which derivative."),
    ]
    composition: str | None
    """By which modes the engine finds it, such as forward over reverse. Null where it does not
    say."""
    seconds: Seconds
    """Time of all minibatches of an epoch, in seconds."""
    ratio: Ratio | None
    """That time divided by the arm's own gradient's, paired inside processes, without a unit. Null
    where the gradient was not timed."""

    @key
    def n_blocks(self) -> Count:
        """Blocks that the time comes from."""
        return self.seconds.n


def operators_of(case: Case) -> tuple[Operator, ...]:
    """Derivatives besides the gradient, operator by operator, from fast to slow. Null arms are left
    out. Empty where none was timed.
    """
    cells = (cell for operator in OPERATORS for cell in case.timed(operator))
    return tuple(_operator(case, cell, cell.seconds) for cell in cells if cell.seconds)


def _operator(case: Case, cell: Cell, seconds: Estimate) -> Operator:
    arm, operator = cell.arm, cell.phase
    told = (process.facts.get("compositions") for process in case.processes(arm))
    found = (one.get(operator) for one in told if isinstance(one, dict))
    composition = next((named(text) for text in found if isinstance(text, str)), None)
    ratio = case.ratio_of_phases(arm, operator, "gradient")
    return Operator(arm, operator, composition, seconds, ratio)
