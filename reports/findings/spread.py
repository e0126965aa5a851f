"""The spread: how far single blocks lie from the ratio of their arm to its baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.findings.arms import Arm
from reports.findings.case import Case
from reports.findings.intervals import CONFIDENCE, Floats, exp, measured
from reports.findings.mean import mean_over


@dataclass(frozen=True, eq=False)
class Spread:
    """The blocks of an arm in the main phase, as logs around the mean of its log-ratios."""

    arm: Arm
    deviations: Floats  # a block ÷ the arm's ratio; of the blocks that have one, two or more
    half: float  # half the width of the 95 % interval of the mean

    @property
    def factor(self) -> float:
        """The same as a ratio."""
        return exp(self.half)

    @property
    def farthest(self) -> float:
        """How far a block or an end of the interval lies from the mean at most."""
        return max(self.half, float(np.abs(self.deviations).max()))


def spreads_of(case: Case) -> tuple[Spread, ...]:
    """Those of every arm that has two blocks beside its baseline, from fast to slow."""
    cells = (cell for cell in case.ranked() if cell.mde is not None)
    return tuple(_spread(cell.arm, measured(case.to_baseline(cell))) for cell in cells)


def _spread(arm: Arm, logs: Floats) -> Spread:
    found = mean_over(logs)
    deviations = logs[~np.isnan(logs)] - found.value
    return Spread(arm, np.asarray(deviations), float(found.half(CONFIDENCE)))
