"""Beside the fastest: every arm's time in one phase, as times that of the fastest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.findings.arms import Arm, ArmName
from reports.findings.document import Part
from reports.findings.fastest import Front
from reports.findings.intervals import Estimate
from reports.findings.terms import Ratio

if TYPE_CHECKING:
    from reports.findings.case import Case


class BesideFastest(Part, frozen=True, eq=False):
    """One arm beside the fastest."""

    arm: ArmName
    times: Ratio | None
    """Its time divided by that of the fastest, paired inside blocks, without a unit; 1 for that
    one. The interval is widened so that those of all arms hold together. Null without a block in
    common with it."""
    in_front: bool | None
    """Whether it is the fastest, or not shown to be slower. Null without times."""


def beside(case: Case, front: Front[Arm] | None, phase: str) -> tuple[BesideFastest, ...]:
    """The arms of ``front`` from fast to slow; none without one."""
    cell = case.cell(front.first, phase) if front else None
    if front is None or cell is None:
        return ()
    first = BesideFastest(front.first, Estimate(1.0, None, None, cell.n_blocks), True)
    others = (
        BesideFastest(one.arm, one.ratio, not one.is_slower if one.ratio else None)
        for one in front.behind
    )
    return (first, *others)
