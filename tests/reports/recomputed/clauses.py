"""The arms of a clause, as the run's files have them: times, ratios, what these show."""

from __future__ import annotations

import math
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import Interval, geometric

Clause = dict[str, Any]
MOST = 3.0  # beyond, an interval says nothing


def names(size: Size) -> list[str]:
    """The names of all arms."""
    return [arm["name"] for arm in size.files.arms]


def index(size: Size, name: str) -> int:
    """The arm of that name."""
    return names(size).index(name)


def is_same(interval: Interval | None, one: Clause, key: str) -> bool:
    """Whether the clause tells ``interval`` under ``key``, to the last digit."""
    told = [one[key], one[f"{key}_low"], one[f"{key}_high"]]
    if interval is None:
        return told == [None] * 3
    return all(map(_close, told, interval[:3]))


def _close(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else math.isclose(a, b, rel_tol=1e-9)


def told_of(size: Size, differentiation: str | None) -> list[int]:
    """The timed arms from fast to slow, of one differentiation if said."""
    ranked = size.ranked_by(size.files.main)
    return [
        arm for arm in ranked if differentiation in (None, size.standings[arm]["differentiation"])
    ]


def apart(size: Size) -> float:
    """The ratio up to which two identical arms may differ in the main phase."""
    return math.exp(size.null_bound(size.files.main))


def ratio_of(size: Size, one: Clause, family: int) -> Interval | None:
    """An arm ÷ what it is compared with, in an interval that holds with ``family`` others."""
    above, below = index(size, one["arm"]), index(size, one["of"])
    return geometric(size.ratio(above, below, size.files.main), 1 - 0.05 / family)


def is_above(ratio: Interval | None, least: float) -> bool:
    """Whether the whole interval lies above ``least``."""
    return ratio is not None and ratio.low is not None and ratio.low > least


def is_too_wide(ratio: Interval | None) -> bool:
    """Whether its ends are too far apart to say anything."""
    if ratio is None or ratio.low is None or ratio.high is None:
        return False
    return ratio.high > MOST * ratio.low
