"""The mean of log-ratios and what bears it: blocks on one machine, machines where there are many.

The unit of replication follows from how many machines there are. On one it is the block: what is
said is said of this machine. On two to four it still is, within each machine: how machines differ
is left out, and what is said is said of these machines. From ``ENOUGH`` on it is the machine: what
is said is said of machines like these, unless they are ``Unlike``. How often the intervals cover
what they are of is said by ``python -m tests.simulations.machines``.

Values are (blocks,) on one machine, (machines, blocks) on several, NaN where there is none. What
counts is how many machines have a value.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

# SciPy ships no types, and the stubs for it may or may not be installed.
from scipy.special import stdtrit  # type: ignore[import-untyped, unused-ignore]

from runfiles.record import Floats

K = TypeVar("K", bound=Hashable)

ENOUGH = 5  # machines, from where on how they differ is known well enough to speak of others


class Unlike(np.ndarray[Any, np.dtype[np.float64]]):
    """Values of machines of several kinds, which are no sample of machines like these.

    What is made of such values by arithmetic, slices and stacks is of that class too.
    """

    __array_priority__ = 1.0


def t_quantile(level: float, freedom: npt.ArrayLike) -> Floats:
    """The quantile of Student's t at ``level``, for each of ``freedom``."""
    return np.asarray(stdtrit(np.asarray(freedom, dtype=np.float64), level))


@dataclass(frozen=True)
class Mean:
    """Means, or how far they are from older ones, with what bears them."""

    value: Floats  # NaN where there is no block
    variance: Floats  # of one unit or, of these machines and of a change, of the mean itself
    weight: Floats  # units that the mean is worth: blocks or machines; 1 where it is the mean's
    freedom: Floats  # degrees of freedom
    n: Floats  # blocks; of a change those of the smaller sample

    def half(self, confidence: float, family: int = 1) -> Floats:
        """Half the width of the t-interval, NaN where nothing bears one.

        ``family`` is the number of intervals that shall hold together (Bonferroni).
        """
        return self.quantile(confidence, family) * np.sqrt(self.variance) / np.sqrt(self.weight)

    def quantile(self, confidence: float, family: int) -> Floats:
        """How many standard errors that is."""
        return t_quantile(1 - (1 - confidence) / family / 2, self.freedom)


def mean_of(values: Floats) -> Mean:
    """The means of ``values`` over the last axis, blocks of one machine; what is NaN left out."""
    n = np.sum(~np.isnan(values), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.asarray(np.nansum(values, axis=-1) / n)
        squares = np.nansum((values - value[..., None]) ** 2, axis=-1)
        variance = squares / np.where(n < 2, np.nan, n - 1)
    return Mean(value, variance, n, n - 1, n)


def mean_over(values: Floats, old: Floats | None = None) -> Mean:
    """The mean of ``values``, machines weighted alike; or by Welch its change from ``old``."""
    if old is not None:
        return _change(mean_over(old), mean_over(values))
    each = mean_of(np.asarray(values))
    if values.ndim == 1:
        return each
    has_enough = np.sum(each.n > 0) >= ENOUGH
    return _between(each) if has_enough and not isinstance(values, Unlike) else _within(each)


def _between(machines: Mean) -> Mean:
    """Of all machines like these: the spread is that of the machines' own means."""
    return replace(mean_of(machines.value), n=np.asarray(np.sum(machines.n)))


def _within(machines: Mean) -> Mean:
    """Of these machines: the spread is that of blocks within each, by Satterthwaite's freedom.

    The variance of the mean is the sum of s^2 / n over the K machines that have a block, over K^2;
    it is not known where one of them has a single block: that one may be far noisier than the rest.
    """
    n = machines.n[machines.n > 0]
    freedom = n - 1
    shares = _spreads(machines.variance[machines.n > 0], freedom) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = np.sum(shares) ** 2 / np.sum(shares**2 / freedom)
    variance = np.asarray(np.sum(shares) / n.size**2 if n.size else np.nan)
    known = np.asarray(np.sum(freedom) if np.all(shares == 0) else worth)  # without a spread any
    return Mean(mean_of(machines.value).value, variance, np.ones(()), known, np.asarray(np.sum(n)))


def _spreads(own: Floats, freedom: Floats) -> Floats:
    """The machines' variances; of two blocks no less than the pooled one, as they may agree."""
    pooled = np.sum(own * freedom) / max(np.sum(freedom), 1)
    return np.where(freedom == 1, np.maximum(own, pooled), own)


def _change(old: Mean, new: Mean) -> Mean:
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (one.variance / one.weight for one in (old, new))
        freedom = (a + b) ** 2 / (a**2 / old.freedom + b**2 / new.freedom)
    known = np.where(a + b > 0, freedom, 1.0)  # without a spread any
    n = np.minimum(old.n, new.n)
    return Mean(new.value - old.value, a + b, np.ones(()), known, n)


def from_small_to_large(columns: Mapping[K, Floats]) -> list[K]:
    """The keys by their means; where there are several machines by their ratios to one of them.

    Machines differ in speed: a mean of times says which machines a column has blocks of.
    """
    if not columns:
        return []
    fullest = max(columns.values(), key=lambda one: int(np.sum(~np.isnan(one))))
    beside = 0.0 if fullest.ndim == 1 else fullest
    means = {key: float(mean_over(one - beside).value) for key, one in columns.items()}
    return sorted(means, key=lambda key: np.inf if np.isnan(means[key]) else means[key])
