"""Intervals: the statistics of paired blocks, as pure functions of log-ratios.

Every function takes one value a block, NaN where the block has none, and never sees a round:
(blocks,) of one machine, (machines, blocks) of several. What then bears a claim, blocks or
machines, is said and computed in ``mean.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from reports.findings.mean import mean_of, mean_over, t_quantile

Floats = npt.NDArray[np.float64]
Verdict = Literal["faster", "slower", "equivalent", "inconclusive"]

CONFIDENCE = 0.95
EQUIVALENCE = 0.90  # two one-sided tests at 5 %
POWER = 0.80
WIDE = 1.2  # an interval whose ends are farther apart belongs to its number
TOO_WIDE = 3.0  # and one whose ends are farther apart still tells no size


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; ``low`` and ``high`` are None where n is below 2."""

    value: float
    low: float | None
    high: float | None
    n: int

    def through(self, function: Callable[[float], float]) -> Estimate:
        """The same in other terms: ``function`` of the value and of both ends."""
        low, high = (None if end is None else function(end) for end in (self.low, self.high))
        return Estimate(function(self.value), low, high, self.n)

    @property
    def is_wide(self) -> bool:
        """Whether the number without its interval would claim too much."""
        return self._is_wider_than(WIDE)

    @property
    def is_too_wide(self) -> bool:
        """Whether the ends are more than a factor of 3 apart; never of a difference below 0."""
        return self._is_wider_than(TOO_WIDE)

    def _is_wider_than(self, factor: float) -> bool:
        low, high = self.low, self.high
        return low is not None and high is not None and low >= 0 and high > factor * low

    @property
    def is_known(self) -> bool:
        """Whether it has an interval, and one that says something."""
        return self.low is not None and not self.is_too_wide

    @property
    def inverse(self) -> Estimate:
        """Of a ratio, the other way round."""
        turned = self.through(lambda ratio: 1 / ratio)
        return Estimate(turned.value, turned.high, turned.low, self.n)


def unity(n: int) -> Estimate:
    """The ratio of what is compared with itself in ``n`` blocks: 1, without an interval."""
    return Estimate(1.0, None, None, n)


def mean(values: Floats) -> Floats:
    """The means over the last axis, of blocks of one machine; NaN where nothing is."""
    return mean_of(values).value


def t_half_width(values: Floats, confidence: float = CONFIDENCE, family: int = 1) -> Floats:
    """Half the width of the t-interval of that mean, NaN where n < 2."""
    return mean_of(values).half(confidence, family)


def linear_estimate(
    values: Floats, confidence: float = CONFIDENCE, family: int = 1, old: Floats | None = None
) -> Estimate | None:
    """The mean of ``values`` with its t-interval, None where there is no value.

    With ``old`` the change of the mean from that of another run, with Welch's interval.
    """
    found = mean_over(values, old)
    value, half, n = float(found.value), float(found.half(confidence, family)), int(found.n)
    if math.isnan(half):
        return Estimate(value, None, None, n) if n else None
    return Estimate(value, value - half, value + half, n)


def log_estimate(
    logs: Floats, confidence: float = CONFIDENCE, family: int = 1, old: Floats | None = None
) -> Estimate | None:
    """The same of the logs of ratios, as a ratio: exp of the mean and of its ends."""
    found = linear_estimate(logs, confidence, family, old)
    return found.through(exp) if found else None


def exp(value: float) -> float:
    """The exp without overflow: what no float can hold becomes the largest or smallest one."""
    return math.exp(min(max(value, -700.0), 700.0))


@dataclass(frozen=True)
class Bar:
    """What a claim must clear: the margin, and what two identical arms may differ by.

    A difference is one only beyond both, in either direction: what sets two identical arms apart
    may as well help an arm as hold it back. Equivalence within the margin is shown only where
    identical arms are within it too. ``null`` is a log-ratio, 0 where nothing told it.
    """

    margin: float  # 0.03: 3 %
    null: float = 0.0

    @property
    def within(self) -> float:
        """The log-ratio that equivalence must stay below, 0 where it cannot be shown."""
        bound = math.log1p(self.margin)
        return bound if self.null < bound else 0.0

    @property
    def beyond(self) -> float:
        """The log-ratio that a difference must exceed."""
        return max(math.log1p(self.margin), self.null)

    @property
    def is_margin(self) -> bool:
        """Whether it is the margin, as identical arms differ by no more."""
        return self.null <= math.log1p(self.margin)

    @property
    def factor(self) -> float:
        """The ratio that a difference must exceed."""
        return exp(self.beyond)


@dataclass(frozen=True)
class Column:
    """One phase of a run: the log of every process's median, and what a claim must clear."""

    phase: str
    logs: Floats  # (arms, blocks), of several machines (arms, machines, blocks)
    bar: Bar


def verdict(logs: Floats, bar: Bar, family: int = 1, old: Floats | None = None) -> Verdict:
    """``faster``, ``slower``, ``equivalent`` or ``inconclusive``; with ``old``, of the change.

    Different when the 95 % interval, corrected for ``family``, lies wholly beyond the bar,
    equivalent when the plain 90 % interval lies inside it.
    """
    found = mean_over(logs, old)
    centre, half = float(found.value), float(found.half(CONFIDENCE, family))
    if centre + half < -bar.beyond:
        return "faster"
    if centre - half > bar.beyond:
        return "slower"
    if abs(centre) + float(found.half(EQUIVALENCE)) < bar.within:
        return "equivalent"
    return "inconclusive"  # NaN, from fewer than two blocks, comes here


def surely_below(logs: Floats, null: float) -> bool:
    """Whether the 95 % interval lies wholly below what two identical arms may differ by."""
    found = mean_over(logs)
    return bool(found.value + found.half(CONFIDENCE) < -null)


def detectable(logs: Floats, bar: Bar, family: int = 1, old: Floats | None = None) -> float | None:
    """The smallest true ratio these blocks would have called slower with 80 % power.

    exp(bar + (t(1 - 0.025 / family) + t(0.80)) * s / sqrt(n)), both quantiles with n - 1 degrees of
    freedom, s the standard deviation of the log-ratios, of several machines with the standard error
    and freedom of their mean; its inverse is called faster as often.
    With ``old`` the smallest change, by Welch's standard error and degrees of freedom. None where
    nothing bears an interval.
    """
    found = mean_over(logs, old)
    half = found.half(CONFIDENCE, family)
    if math.isnan(half):
        return None
    certain, powerful = found.quantile(CONFIDENCE, family), t_quantile(POWER, found.freedom)
    return exp(bar.beyond + float(half * (1 + powerful / certain)))


def measured(logs: Floats) -> Floats:
    """``logs`` without the blocks that have no value on any machine."""
    return logs[..., ~np.isnan(np.atleast_2d(logs)).all(axis=0)]


def geometric_mean(columns: Iterable[Floats]) -> Floats:
    """The mean over cells inside each block, shaped like the logs of each: (..., blocks).

    A block counts only where it has every cell, so that all blocks mean the same.
    """
    found = list(columns)
    n = min(column.shape[-1] for column in found)
    return np.asanyarray(np.stack([column[..., :n] for column in found]).mean(axis=0))


def quotient(above: Floats, below: Floats) -> Estimate | None:
    """mean(above) ÷ mean(below) over paired blocks of one machine, with Fieller's 95 % interval.

    None where mean(below) is not above 0; ``high`` is infinite where the interval of
    mean(below) reaches 0, for then no finite quotient can be excluded.
    """
    both = ~(np.isnan(above) | np.isnan(below))
    x, y = above[both], below[both]
    n = x.size
    if n == 0 or y.mean() <= 0:
        return None
    value = float(x.mean() / y.mean())
    if n < 2:
        return Estimate(value, None, None, n)
    return Estimate(value, *_fieller(x, y), n)


def _fieller(x: Floats, y: Floats) -> tuple[float, float]:
    n = x.size
    t2 = float(t_quantile((1 + CONFIDENCE) / 2, n - 1)) ** 2
    (xx, xy), (_, yy) = np.cov(x, y) / n
    a = y.mean() ** 2 - t2 * yy
    b = x.mean() * y.mean() - t2 * xy
    c = x.mean() ** 2 - t2 * xx
    root = math.sqrt(max(b * b - a * c, 0.0))
    if a <= 0:
        return -math.inf, math.inf
    return float((b - root) / a), float((b + root) / a)
