"""Operators: what a derivative besides the gradient costs, against the same arm's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from reports.findings.arms import ArmName
from reports.findings.cells import Cell
from reports.findings.document import Part, key, means
from reports.findings.intervals import Estimate, log_estimate
from reports.findings.names import named
from reports.findings.terms import Count, Ratio, Seconds
from runfiles.phases import OPERATORS
from runfiles.run import Run

if TYPE_CHECKING:
    from reports.findings.findings import Findings


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


def operators_of(findings: Findings) -> tuple[Operator, ...]:
    """Those of every arm that was timed, operator by operator, from fast to slow; no null arms."""
    cells = (cell for operator in OPERATORS for cell in findings.timed(operator))
    return tuple(_operator(findings, cell, cell.seconds) for cell in cells if cell.seconds)


def _operator(findings: Findings, cell: Cell, seconds: Estimate) -> Operator:
    arm, operator = cell.arm, cell.phase
    ratio = None
    if "gradient" in findings.phases:
        ratio = log_estimate(findings.log_phases(arm, operator, "gradient"))
    composition = _composition(findings.run, arm.index, operator)
    return Operator(arm, operator, composition, seconds, ratio)


def _composition(run: Run, arm: int, operator: str) -> str | None:
    """What the first process that says so says."""
    told = (process.facts.get("compositions") for process in run.by_arm.get(arm, ()))
    found = (one.get(operator) for one in told if isinstance(one, dict))
    return next((named(text) for text in found if isinstance(text, str)), None)
