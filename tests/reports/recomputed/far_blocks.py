"""The far blocks, by the deleted residuals of what is left: the same test, said another way."""

from __future__ import annotations

import math
import statistics
from typing import Any

from scipy import stats

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import Column, geometric, given


def far_blocks(size: Size) -> list[dict[str, Any]]:
    """Every arm that has some, in the order of the plan."""
    phase = "epoch" if "epoch" in size.files.phases else size.files.phases[0]
    columns = {
        arm: size.ratio(arm, base, phase) for arm, base in enumerate(size.baselines) if arm != base
    }
    tested = {arm: column for arm, column in columns.items() if len(given(column)) >= 5}
    found = []
    for arm, column in tested.items():
        left = _without(column, _outlying(column, 0.01 / len(tested)))
        middle = statistics.median(given(left))
        apart = {
            block: log - middle
            for block, log in enumerate(column)
            if log is not None and left[block] is None
        }
        least = math.log(1 + size.files.plan["margin"])
        blocks = [block for block, by in apart.items() if abs(by) > least]
        without = geometric(_without(column, blocks))
        assert without is not None
        if blocks:
            name, times = size.files.arms[arm]["name"], [math.exp(apart[b]) for b in blocks]
            told = {"arm": name, "blocks": blocks, "times": times}
            found.append(told | without.keys("ratio_without"))
    return found


def _outlying(column: Column, level: float) -> list[int]:
    """Blocks set aside one after the other, up to the last that is too far from those left."""
    left, count = list(column), 0
    aside: list[int] = []
    for _ in range(len(given(column)) // 5):
        residuals = {b: _deleted(left, b) for b, log in enumerate(left) if log is not None}
        worst = max(residuals, key=residuals.__getitem__)
        n = len(residuals)
        if residuals[worst] > float(stats.t.isf(level / (2 * n), n - 2)):
            count = len(aside) + 1
        aside.append(worst)
        left[worst] = None
    return aside[:count]


def _deleted(column: Column, block: int) -> float:
    """How far the block is from the mean of the others, in standard errors of a new one."""
    others, own = given(_without(column, [block])), column[block]
    assert own is not None
    error = statistics.stdev(others) * math.sqrt(1 + 1 / len(others))
    apart = abs(own - statistics.fmean(others))
    return apart / error if error else math.inf if apart else 0.0


def _without(column: Column, blocks: list[int]) -> Column:
    return [None if block in blocks else log for block, log in enumerate(column)]
