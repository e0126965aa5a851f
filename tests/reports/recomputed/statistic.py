"""Statistics of one value a block, for lists in which a missing block is None."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import NamedTuple

from scipy import stats

Column = list[float | None]


class Interval(NamedTuple):
    """A number with the ends of its interval, and the blocks that it comes from."""

    value: float
    low: float | None
    high: float | None
    n: int

    def keys(self, name: str) -> dict[str, float | None]:
        """As cells.json has it."""
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}


def keys(name: str, interval: Interval | None) -> dict[str, float | None]:
    """As cells.json has it, null where there is none."""
    return (interval or Nothing).keys(name)


class _Nothing:
    def keys(self, name: str) -> dict[str, float | None]:
        return {name: None, f"{name}_low": None, f"{name}_high": None}


Nothing = _Nothing()


def given(column: Column) -> list[float]:
    """The values that are there."""
    return [value for value in column if value is not None]


def less(above: Column, below: Column) -> Column:
    """Block by block the one less the other, None where either is missing."""
    pairs = zip(above, below, strict=True)
    return [None if a is None or b is None else a - b for a, b in pairs]


def logs(column: Column) -> Column:
    """The logarithm of every value."""
    return [None if value is None else math.log(value) for value in column]


def half_width(values: list[float], confidence: float = 0.95) -> float:
    """Half of Student's interval of the mean; at least two values."""
    quantile = float(stats.t.ppf((1 + confidence) / 2, len(values) - 1))
    return quantile * statistics.stdev(values) / math.sqrt(len(values))


def linear(column: Column) -> Interval | None:
    """The mean with its 95 % interval, None where there is no value."""
    values = given(column)
    if not values:
        return None
    centre = statistics.fmean(values)
    if len(values) < 2:
        return Interval(centre, None, None, 1)
    half = half_width(values)
    return Interval(centre, centre - half, centre + half, len(values))


def geometric(column: Column, confidence: float = 0.95) -> Interval | None:
    """The exponential of the mean of logs with that of its interval; ``column`` holds logs."""
    values = given(column)
    if not values:
        return None
    centre = statistics.fmean(values)
    if len(values) < 2:
        return Interval(math.exp(centre), None, None, 1)
    half = half_width(values, confidence)
    ends = math.exp(centre - half), math.exp(centre + half)
    return Interval(math.exp(centre), *ends, len(values))


def verdict(column: Column, margin: float, null: float, family: int = 1) -> str:
    """What the intervals of log-ratios say against the margin and what identical arms differ by."""
    values, bound = given(column), math.log(1 + margin)
    if len(values) < 2:
        return "inconclusive"
    centre = statistics.fmean(values)
    wide, narrow = half_width(values, 1 - 0.05 / family), half_width(values, 0.90)
    if centre + wide < min(-bound, -null):
        return "faster"
    if centre - wide > max(bound, null):
        return "slower"
    inside = -bound < centre - narrow and centre + narrow < bound and null < bound
    return "equivalent" if inside else "inconclusive"


def detectable(column: Column, margin: float, null: float, family: int = 1) -> float | None:
    """The ratio that these blocks call slower four times in five."""
    values = given(column)
    if len(values) < 2:
        return None
    levels = 1 - 0.025 / family, 0.80
    quantiles = [float(stats.t.ppf(level, len(values) - 1)) for level in levels]
    spread = statistics.stdev(values) / math.sqrt(len(values))
    return max(1 + margin, math.exp(null)) * math.exp(sum(quantiles) * spread)


def blocks_for(column: Column, margin: float, effect: float, level: float | None) -> int | None:
    """The fewest blocks of this spread that call ``effect`` slower, None above 10 000.

    ``level``: of the spread that is exceeded with this probability at the true one.
    """
    values = given(column)
    if effect <= 1 + margin or len(values) < 6:
        return None
    spread, room = statistics.stdev(values), math.log(effect) - math.log(1 + margin)
    if level is not None:
        spread *= math.sqrt((len(values) - 1) / float(stats.chi2.ppf(level, len(values) - 1)))
    for n in range(2, 10_001):
        quantiles = [float(stats.t.ppf(level, n - 1)) for level in (0.975, 0.80)]
        if sum(quantiles) * spread <= room * math.sqrt(n):
            return n
    return None


def quotient(above: Column, below: Column) -> Interval | None:
    """mean(above) ÷ mean(below) with Fieller's interval, its ends found by bisection.

    None where the divisor is not above 0. An end is infinite where its interval reaches 0.
    """
    pairs = [(a, b) for a, b in zip(above, below, strict=True) if a is not None and b is not None]
    if not pairs:
        return None
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    below_mean = statistics.fmean(y)
    if below_mean <= 0:
        return None
    value, n = statistics.fmean(x) / below_mean, len(pairs)
    if n < 2:
        return Interval(value, None, None, n)
    if below_mean <= half_width(y):
        return Interval(value, -math.inf, math.inf, n)

    def outside(theta: float) -> bool:
        rest = [a - theta * b for a, b in pairs]
        return abs(statistics.fmean(rest)) > half_width(rest)

    return Interval(value, _edge(outside, value, -1), _edge(outside, value, 1), n)


def _edge(outside: Callable[[float], bool], start: float, direction: int) -> float:
    """The first place in ``direction`` from ``start`` that is ``outside``, to the last digit."""
    step = max(abs(start), 1e-3) * 1e-3
    inner, outer = start, start + direction * step
    while not outside(outer):
        step *= 2
        inner, outer = outer, outer + direction * step
    for _ in range(200):
        middle = (inner + outer) / 2
        if middle in (inner, outer):
            break
        inner, outer = (inner, middle) if outside(middle) else (middle, outer)
    return inner
