"""The map of a run's cases: every arm's time in each, as times that of the fastest there.

The fastest of a case and what is told apart from it are those of ``fastest.py``: intervals are
widened so that all of a case hold together. Means are taken inside blocks, over all cases whose
evidence is usable: each arm that has them all is set against the same, and one that lacks a case
takes nothing from the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.estimates.arms import MISSING, Standing
from reports.estimates.fastest import Front, front_of, timed
from reports.estimates.intervals import CONFIDENCE, Estimate, Floats, geometric_mean, log_estimate
from reports.estimates.left_out import STATUSES
from reports.estimates.ratios import Summary
from reports.estimates.sizes import index_at
from runfiles.records import Arm

NOT_PLANNED = "it was not planned in this case"


@dataclass(frozen=True)
class Entry:
    """One arm in one case."""

    status: Standing
    reason: str | None
    n_blocks: int = 0
    times: Estimate | None = None  # its time ÷ the first's; None too where evidence is unusable
    in_front: bool | None = None  # whether nothing shows it to be slower; None without ``times``


@dataclass(frozen=True)
class Row:
    """One arm in every case, and the geometric mean over those of the map's ``mean_cases``."""

    arm: Arm
    entries: tuple[Entry, ...]
    mean: Estimate | None = None  # None too where it lacks one of these cases


@dataclass(frozen=True, eq=False)
class CaseMap:
    """Arms by cases, in one phase."""

    phase: str
    cases: tuple[Summary, ...]  # the run's own first
    fronts: tuple[Front | None, ...]  # None where nobody has a time, or the evidence is unusable
    rows: tuple[Row, ...]  # in the plan's order, without arms that took part nowhere
    mean_cases: tuple[int, ...]  # indices of the cases that means are over; empty below two

    @property
    def ranked(self) -> tuple[Row, ...]:
        """The rows from fast to slow by their means, then those that lack a case."""
        return tuple(sorted(self.rows, key=_rank))


def case_map(summary: Summary) -> CaseMap | None:
    """The map of the run that ``summary`` is of, None for a run of one case."""
    cases, phase = summary.cases, summary.main_phase
    if len(cases) == 1:
        return None
    fronts = tuple(_front(case, phase) for case in cases)
    found = [i for i, front in enumerate(fronts) if front is not None]
    over = tuple(found) if len(found) > 1 else ()
    given = [Row(arm.arm, _entries(cases, fronts, arm.arm, phase)) for arm in summary.others]
    rows = [row for row in given if any(one.status not in STATUSES for one in row.entries)]
    whole = [row for row in rows if over and all(row.entries[i].times for i in over)]
    means = {row.arm.index: _mean(row.arm, cases, fronts, over, phase, len(whole)) for row in whole}
    told = tuple(Row(row.arm, row.entries, means.get(row.arm.index)) for row in rows)
    return CaseMap(phase, cases, fronts, told, over)


def _front(case: Summary, phase: str) -> Front | None:
    if not case.null_arm.is_usable or phase not in case.phases:
        return None
    return front_of(case, timed(case, phase=phase), phase)


def _entries(
    cases: tuple[Summary, ...], fronts: tuple[Front | None, ...], arm: Arm, phase: str
) -> tuple[Entry, ...]:
    both = zip(cases, fronts, strict=True)
    return tuple(_entry(case, front, arm, phase) for case, front in both)


def _entry(case: Summary, front: Front | None, arm: Arm, phase: str) -> Entry:
    index = index_at(case, arm)
    cell = None if index is None else case.cell(index, phase)
    if cell is None:
        return Entry(MISSING, NOT_PLANNED)
    if cell.seconds is None or front is None:
        return Entry(cell.status, cell.reason, cell.n_blocks)
    if cell.arm == front.first:
        first = Estimate(1.0, None, None, cell.seconds.n)
        return Entry(cell.status, cell.reason, first.n, first, True)
    behind = next(one for one in front.behind if one.arm == cell.arm)
    n = behind.ratio.n if behind.ratio else 0
    is_front = not behind.is_slower if behind.ratio else None
    return Entry(cell.status, cell.reason, n, behind.ratio, is_front)


def _mean(
    arm: Arm,
    cases: tuple[Summary, ...],
    fronts: tuple[Front | None, ...],
    over: tuple[int, ...],
    phase: str,
    family: int,
) -> Estimate | None:
    """The geometric mean of an arm's times ÷ the first's, inside blocks; 1 for the first of all."""
    firsts, columns = [], []
    for i in over:
        case, front, index = cases[i], fronts[i], index_at(cases[i], arm)
        assert front is not None
        assert index is not None
        firsts.append(index == front.first)
        columns.append(case.log_ratios(index, front.first, phase))
    found = log_estimate(geometric_mean(stacked(columns)), CONFIDENCE, family)
    return Estimate(1.0, None, None, found.n) if found and all(firsts) else found


def stacked(columns: list[Floats]) -> Floats:
    """(cases, blocks), of as many blocks as all have."""
    n = min(map(len, columns))
    return np.stack([column[:n] for column in columns])


def _rank(row: Row) -> tuple[bool, float]:
    told = [np.log(one.times.value) for one in row.entries if one.times]
    return row.mean is None, row.mean.value if row.mean else float(np.mean(told or [np.inf]))
