"""Intervals: the statistics of paired blocks, as pure functions of log-ratios.

A block is the unit of replication. Every function takes one value a block, NaN where the block
has none, and never sees a round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

# SciPy ships no types, and the stubs for it may or may not be installed.
from scipy.special import stdtrit  # type: ignore[import-untyped, unused-ignore]

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
        low, high = (end and 1 / end for end in (self.high, self.low))
        return Estimate(1 / self.value, low, high, self.n)


def t_quantile(level: float, freedom: npt.ArrayLike) -> Floats:
    """The quantile of Student's t at ``level``, for each of ``freedom``."""
    return np.asarray(stdtrit(np.asarray(freedom, dtype=np.float64), level))


def t_half_width(values: Floats, confidence: float = CONFIDENCE, family: int = 1) -> Floats:
    """Half the width of the t-interval of the mean over the last axis, NaN where n < 2.

    ``family`` is the number of intervals that shall hold together (Bonferroni).
    """
    n = np.sum(~np.isnan(values), axis=-1)
    centred = values - mean(values)[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(np.nansum(centred**2, axis=-1) / (n - 1))
        half = t_quantile(1 - (1 - confidence) / family / 2, n - 1) * spread / np.sqrt(n)
    return np.where(n < 2, np.nan, half)


def mean(values: Floats) -> Floats:
    """The mean over the last axis of what is there, NaN where nothing is."""
    n = np.sum(~np.isnan(values), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nansum(values, axis=-1) / n)


def linear_estimate(values: Floats) -> Estimate | None:
    """The mean of ``values`` (blocks,) with its t-interval, None where there is no value."""
    n = int(np.sum(~np.isnan(values)))
    if n == 0:
        return None
    centre, half = float(mean(values)), float(t_half_width(values))
    if math.isnan(half):
        return Estimate(centre, None, None, n)
    return Estimate(centre, centre - half, centre + half, n)


def log_estimate(logs: Floats, confidence: float = CONFIDENCE, family: int = 1) -> Estimate | None:
    """The exp of the mean of ``logs`` (blocks,) with exp of its t-interval."""
    n = int(np.sum(~np.isnan(logs)))
    if n == 0:
        return None
    centre, half = float(mean(logs)), float(t_half_width(logs, confidence, family))
    if math.isnan(half):
        return Estimate(exp(centre), None, None, n)
    return Estimate(exp(centre), exp(centre - half), exp(centre + half), n)


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


def verdict(logs: Floats, bar: Bar, family: int = 1) -> Verdict:
    """``faster``, ``slower``, ``equivalent`` or ``inconclusive``.

    Different when the 95 % interval, corrected for ``family``, lies wholly beyond the bar,
    equivalent when the plain 90 % interval lies inside it.
    """
    centre = float(mean(logs))
    half = float(t_half_width(logs, CONFIDENCE, family))
    if centre + half < -bar.beyond:
        return "faster"
    if centre - half > bar.beyond:
        return "slower"
    if abs(centre) + float(t_half_width(logs, EQUIVALENCE)) < bar.within:
        return "equivalent"
    return "inconclusive"  # NaN, from fewer than two blocks, comes here


def surely_below(logs: Floats, null: float) -> bool:
    """Whether the 95 % interval lies wholly below what two identical arms may differ by."""
    return bool(mean(logs) + t_half_width(logs) < -null)


def detectable(logs: Floats, bar: Bar, family: int = 1) -> float | None:
    """The smallest true ratio these blocks would have called slower with 80 % power.

    exp(bar + (t(1 - 0.025 / family) + t(0.80)) * s / sqrt(n)), both quantiles with n - 1 degrees of
    freedom, s the standard deviation of the log-ratios; its inverse is called faster as often.
    """
    n = int(np.sum(~np.isnan(logs)))
    if n < 2:
        return None
    half = float(t_half_width(logs, CONFIDENCE, family))
    certain = float(t_quantile(1 - (1 - CONFIDENCE) / family / 2, n - 1))
    powerful = float(t_quantile(POWER, n - 1))
    return exp(bar.beyond + half * (1 + powerful / certain))


def geometric_mean(logs: Floats) -> Floats:
    """Logs (cells, blocks) -> (blocks,): the mean over cells inside each block.

    A block counts only where it has every cell, so that all blocks mean the same.
    """
    return np.asarray(logs.mean(axis=0))


def compare(
    old: Floats, new: Floats, confidence: float = CONFIDENCE, family: int = 1
) -> Estimate | None:
    """The ratio new ÷ old of two runs' ratios to the same baseline, with Welch's interval."""
    old, new = old[~np.isnan(old)], new[~np.isnan(new)]
    if old.size == 0 or new.size == 0:
        return None
    centre, n = float(new.mean() - old.mean()), min(old.size, new.size)
    if n < 2:
        return Estimate(exp(centre), None, None, n)
    half = _welch_half_width(old, new, 1 - (1 - confidence) / family / 2)
    return Estimate(exp(centre), exp(centre - half), exp(centre + half), n)


def change_verdict(old: Floats, new: Floats, bar: Bar, family: int = 1) -> str:
    """``regression``, ``improvement``, ``equivalent`` or ``inconclusive``.

    A change must show in the 95 % interval corrected for ``family``, equivalence in the plain
    90 % one.
    """
    gate, within = compare(old, new, CONFIDENCE, family), compare(old, new, EQUIVALENCE)
    if gate is None or within is None:
        return "inconclusive"
    if gate.low is None or gate.high is None or within.low is None or within.high is None:
        return "inconclusive"
    if gate.low > exp(bar.beyond):
        return "regression"
    if gate.high < exp(-bar.beyond):
        return "improvement"
    is_equivalent = within.low > exp(-bar.within) and within.high < exp(bar.within)
    return "equivalent" if is_equivalent else "inconclusive"


def detectable_change(old: Floats, new: Floats, bar: Bar, family: int = 1) -> float | None:
    """The smallest true change these two runs would have called a regression with 80 % power.

    As ``detectable``, with Welch's standard error and degrees of freedom.
    """
    old, new = old[~np.isnan(old)], new[~np.isnan(new)]
    if min(old.size, new.size) < 2:
        return None
    certain = _welch_half_width(old, new, 1 - (1 - CONFIDENCE) / family / 2)
    return exp(bar.beyond + certain + _welch_half_width(old, new, POWER))


def _welch_half_width(old: Floats, new: Floats, level: float) -> float:
    a, b = old.var(ddof=1) / old.size, new.var(ddof=1) / new.size
    if a + b == 0:
        return 0.0
    freedom = (a + b) ** 2 / (a**2 / (old.size - 1) + b**2 / (new.size - 1))
    return float(t_quantile(level, freedom) * math.sqrt(a + b))


def quotient(above: Floats, below: Floats) -> Estimate | None:
    """mean(above) ÷ mean(below) over paired blocks, with Fieller's 95 % interval.

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
