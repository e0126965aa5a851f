"""Operators: what a derivative besides the gradient costs, against the same arm's gradient."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Summary
from runfiles.phases import OPERATORS
from runfiles.run import Run


@dataclass(frozen=True)
class OperatorPrice:
    """One arm's operator over an epoch's batches, against its gradient over the same."""

    arm: int
    operator: str
    composition: str | None  # of modes, by which the engine finds it; None: it does not say
    seconds: Estimate  # an epoch
    ratio: Estimate | None  # operator ÷ gradient, paired inside each process; None: not timed


def prices_of_operators(summary: Summary) -> tuple[OperatorPrice, ...]:
    """Those of every arm that was timed, operator by operator, from fast to slow; no null arms."""
    found = []
    for operator in OPERATORS:
        for cell in summary.ranked(operator):
            if cell.seconds and not summary.arms[cell.arm].is_null:
                ratio = _ratio(summary, cell.arm, operator)
                composition = _composition(summary.run, cell.arm, operator)
                found.append(OperatorPrice(cell.arm, operator, composition, cell.seconds, ratio))
    return tuple(found)


def _ratio(summary: Summary, arm: int, operator: str) -> Estimate | None:
    if "gradient" not in summary.phases:
        return None
    return log_estimate(summary.log_phases(arm, operator, "gradient"))


def _composition(run: Run, arm: int, operator: str) -> str | None:
    """What the first process that says so says."""
    told = (process.facts.get("compositions") for process in run.by_arm.get(arm, ()))
    found = (one.get(operator) for one in told if isinstance(one, dict))
    return next((text for text in found if isinstance(text, str)), None)
