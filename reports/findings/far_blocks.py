"""Far blocks: those whose ratio is far from that of the arm's other blocks. Told, never dropped.

Rosner's generalized test: the block farthest from the mean is set aside, and again, and the last
that is too far for a normal sample counts with all before it; so two far blocks do not hide each
other. Fewer than ``FEWEST`` blocks leave too little to be far from. Levels and power are
simulated in ``tests/simulations/outlying.py``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from msgspec import Meta

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.document import Aside, Part, means
from reports.findings.intervals import Estimate, Floats, exp, log_estimate
from reports.findings.mean import t_quantile

if TYPE_CHECKING:
    from reports.findings.findings import Findings

LEVEL = 0.01  # of runs whose blocks are all alike, so many name one
FEWEST = 5
LARGEST_SHARE = 0.2  # of an arm's blocks; more are no exception


class FarBlocks(Part, frozen=True, eq=False):
    """One arm with blocks far from its others."""

    called: ClassVar[Mapping[str, str]] = {"without": "ratio_without"}

    arm: ArmName
    blocks: tuple[Annotated[int, Meta(ge=0, description="A block, from 0.")], ...]
    """Its far blocks."""
    times: tuple[Annotated[float, means("A factor.")], ...]
    """The ratio to the baseline in each, divided by the median of the others'."""
    without: Annotated[Estimate, means("its 95 % interval.")]
    """The ratio to the baseline without these blocks, without a unit."""
    ratio: Aside[Estimate]


def far_blocks_of(case: Case) -> tuple[FarBlocks, ...]:
    """Arms with blocks far from their others in the main phase, null arms too, as planned. Verdicts
    and ratios count these blocks all the same. Of several machines each block is set against those
    of its own.
    """
    cells = [cell for cell in case.cells if cell.phase == case.main_phase]
    columns = {cell.arm: case.to_baseline(cell) for cell in cells if not cell.is_baseline}
    tested = {arm: logs for arm, logs in columns.items() if any(map(_is_testable, _machines(logs)))}
    family = sum(_is_testable(own) for logs in tested.values() for own in _machines(logs))
    found = (_far(arm, logs, case.margin, family) for arm, logs in tested.items())
    return tuple(one for one in found if one)


def far_in_all_of(findings: Findings) -> tuple[int, ...]:
    """The blocks that are far in every arm: what all ratios share is the baseline."""
    found = findings.far_blocks
    compared = [cell for cell in findings.ranked() if cell.ratio and not cell.is_baseline]
    if len(found) < 2 or len(found) < len(compared):
        return ()
    return tuple(sorted(set.intersection(*(set(one.blocks) for one in found))))


def _machines(logs: Floats) -> Floats:
    """The logs by machine, (machines, blocks)."""
    return np.atleast_2d(logs)


def _is_testable(logs: Floats) -> bool:
    return bool(np.sum(~np.isnan(logs)) >= FEWEST)


def _far(arm: Arm, logs: Floats, margin: float, family: int) -> FarBlocks | None:
    smallest = math.log1p(margin)  # below, nobody need know
    every = [pair for own in _machines(logs) for pair in _apart(own, family).items()]
    apart = {block: log for block, log in sorted(every) if abs(log) > smallest}
    if not apart:
        return None
    left = _without(logs, apart)
    ratio, without = log_estimate(logs), log_estimate(left)
    assert ratio is not None
    assert without is not None
    return FarBlocks(arm, tuple(apart), tuple(map(exp, apart.values())), without, ratio)


def _apart(logs: Floats, family: int) -> dict[int, float]:
    """By block how far the outlying of one machine are from the median of its others."""
    outlying = outliers(logs, family) if _is_testable(logs) else ()
    others = _without(logs, outlying)
    return {block: float(logs[block] - np.nanmedian(others)) for block in outlying}


def _without(logs: Floats, blocks: Collection[int]) -> Floats:
    """The same with NaN in these blocks."""
    left = logs.copy()
    left[..., list(blocks)] = math.nan
    return left


def outliers(values: Floats, family: int = 1) -> tuple[int, ...]:
    """The indices of the outlying among ``values``, NaN where there is none, in their order."""
    left = [i for i, value in enumerate(values) if not np.isnan(value)]
    aside: list[int] = []
    n_found = 0
    for _ in range(int(LARGEST_SHARE * len(left))):
        given = values[left]
        apart = np.abs(given - given.mean())
        farthest = int(apart.argmax())
        if apart[farthest] > _limit(len(left), family) * given.std(ddof=1):
            n_found = len(aside) + 1
        aside.append(left.pop(farthest))
    return tuple(sorted(aside[:n_found]))


def _limit(n: int, family: int) -> float:
    """How many standard deviations off the farthest of ``n`` normal values may be."""
    t = float(t_quantile(1 - LEVEL / (2 * family * n), n - 2))
    return (n - 1) * t / math.sqrt(n * (n - 2 + t**2))
