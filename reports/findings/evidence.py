"""The evidence: how the arms fared together, and what the run could have seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.intervals import Estimate, Verdict

if TYPE_CHECKING:
    from reports.findings.findings import Findings


@dataclass(frozen=True)
class Evidence:
    """How good a run is, in numbers."""

    right: tuple[Arm, ...]  # that passed every check
    wrong: tuple[Arm, ...]
    largest_error: float | None  # of the right ones, on the way to the answer
    verdicts: dict[Verdict, int]  # arms by verdict in the main phase, from faster to slower
    twice: Estimate | None  # the baseline's time ÷ its own, by the first null arm that has one
    effects: tuple[float, float] | None  # the smallest that would have been called: least, most
    heaviest: Cell | None  # of which the harness is the largest share
    flagged: tuple[Cell, ...]  # of which it is too much to overlook
    n_planned: int  # processes
    quota: float | None  # CPU time that the smallest quota leaves, in CPUs

    @property
    def n_judged(self) -> int:
        """Arms with a verdict."""
        return sum(self.verdicts.values())


def evidence_of(findings: Findings) -> Evidence:
    """The evidence of a run."""
    right, wrong = (
        tuple(arm for arm in findings.others if arm.status == status) for status in ("ok", "wrong")
    )
    errors = [arm.trajectory_error for arm in right if arm.trajectory_error is not None]
    ranked = [cell for cell in findings.ranked() if not cell.is_null]
    effects = [cell.mde for cell in ranked if cell.mde is not None]
    known = [cell for cell in findings.cells if cell.overhead]
    quotas = [quota for quota in findings.machine.cpu_quota if quota is not None]
    return Evidence(
        right=right,
        wrong=wrong,
        largest_error=max(errors, default=None),
        verdicts=_verdicts(ranked),
        twice=_twice(findings),
        effects=(min(effects), max(effects)) if effects else None,
        heaviest=max(known, key=lambda cell: cell.overhead_share or 0.0, default=None),
        flagged=tuple(cell for cell in known if cell.overhead and cell.overhead.is_flagged),
        n_planned=sum(map(len, findings.run.plan.blocks)),
        quota=min(quotas, default=None),
    )


def _verdicts(cells: list[Cell]) -> dict[Verdict, int]:
    counts = Counter(cell.verdict for cell in cells)
    order: tuple[Verdict, ...] = ("faster", "equivalent", "inconclusive", "slower")
    return {one: counts[one] for one in order if counts[one]}


def _twice(findings: Findings) -> Estimate | None:
    nulls = [arm for arm in findings.arms if arm.null_of == findings.baseline.index]
    cells = [findings.cell(arm) for arm in nulls]
    return next((cell.ratio for cell in cells if cell and cell.ratio), None)
