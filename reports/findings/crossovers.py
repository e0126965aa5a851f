"""Crossovers: the size from which one of two arms is faster than the other, with its interval.

A crossover is claimed only between two sizes whose verdicts are opposite; sizes between them
that show no difference lie inside the bracket. The bracket is what was measured. The place in
it is an interpolation, because nothing was measured there.

The place: log-ratios are joined by straight lines over the log of the size, and the place is
where they cross 0. Its interval holds every size at which a ratio of 1 cannot be excluded: where
the joined log-ratio is within its own 95 % half-width of 0. The half-width of a point on the
line between two sizes is sqrt(((1 - u) h1)^2 + (u h2)^2), of the half-widths h of the two, which
are independent runs. Such an interval is Fieller's with each size's own t quantile.

It would cover only where the ratio is a power of the size. Where each arm has a fixed cost and a
cost that grows with the size, its time is a straight line in the size itself, and the crossover
lies elsewhere. So the same is done with the differences of the two times over the size, and the
interval spans both. Simulations in ``tests/simulations/crossing.py`` say how often it covers. Of
several machines the differences are of one, as seconds of several have no mean; where that one
has fewer than two blocks of some size, a place has no interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reports.findings.intervals import CONFIDENCE, Bar, Estimate, Floats, verdict
from reports.findings.mean import mean_over

DIFFERENT = ("faster", "slower")


@dataclass(frozen=True, eq=False)
class Measured:
    """Two arms at one size: ``first`` against ``second`` in every block, NaN where one has none."""

    size: int
    log_ratios: Floats  # ([machines,] blocks), log(first ÷ second)
    differences: Floats  # (blocks,), first less second, of a time that may be linear in the size
    bar: Bar


@dataclass(frozen=True)
class Crossover:
    """Between the sizes ``low`` and ``high`` the other arm becomes the faster one."""

    low: int  # the last size at which the one was shown faster
    high: int  # the next size at which the other was
    place: Estimate  # a size between the two
    first_wins: bool  # whether it is the first arm that is faster from here on


@dataclass(frozen=True)
class Node:
    """A point of a joined line: where it stands, how high, with what half-width."""

    at: float
    height: float
    half: float


def crossovers(points: list[Measured]) -> tuple[Crossover, ...]:
    """Every crossover of two arms over ``points``, which are sorted by their size."""
    known = [point for point in points if not np.isnan(_half(point.log_ratios))]
    verdicts = [verdict(point.log_ratios, point.bar) for point in known]
    certain = [i for i, called in enumerate(verdicts) if called in DIFFERENT]
    return tuple(
        _crossover(known[i : j + 1], first_wins=verdicts[j] == "faster")
        for i, j in pairwise(certain)
        if verdicts[i] != verdicts[j]
    )


def _crossover(points: list[Measured], *, first_wins: bool) -> Crossover:
    powers = [_node(math.log(point.size), point.log_ratios) for point in points]
    lines = [_node(float(point.size), point.differences) for point in points]
    low, high = points[0].size, points[-1].size
    crossings = zeros(powers)
    n = min(int(np.sum(~np.isnan(point.log_ratios))) for point in points)
    value = math.exp(crossings[len(crossings) // 2])
    if any(math.isnan(node.half) for node in lines):  # the machine of the seconds has too few
        return Crossover(low, high, Estimate(value, None, None, n), first_wins)
    ends = [math.exp(at) for at in near_zero(powers)] + near_zero(lines)
    least, most = max(min(ends), low), min(max(ends), high)  # exp and log may round beyond
    return Crossover(low, high, Estimate(value, least, most, n), first_wins)


def _node(at: float, values: Floats) -> Node:
    return Node(at, float(mean_over(values).value), _half(values))


def _half(values: Floats) -> float:
    return float(mean_over(values).half(CONFIDENCE))


def zeros(nodes: list[Node]) -> list[float]:
    """Where the line through ``nodes`` crosses 0, from left to right."""
    return [
        a.at + (b.at - a.at) * a.height / (a.height - b.height)
        for a, b in pairwise(nodes)
        if (a.height > 0) != (b.height > 0)
    ]


def near_zero(nodes: list[Node]) -> list[float]:
    """Places among which are the ends of all that is within its half-width of 0."""
    inside = [node.at for node in nodes if abs(node.height) <= node.half]
    ends = [a.at + (b.at - a.at) * u for a, b in pairwise(nodes) for u in _ends(a, b)]
    return zeros(nodes) + inside + ends


def _ends(a: Node, b: Node) -> Iterator[float]:
    """Shares u of the way from ``a`` to ``b`` at which the height equals the half-width.

    ((1 - u) a + u b)^2 = ((1 - u) h_a)^2 + (u h_b)^2, a quadratic equation in u.
    """
    rise = b.height - a.height
    square = rise**2 - a.half**2 - b.half**2
    linear = a.height * rise + a.half**2
    constant = a.height**2 - a.half**2
    inner = linear**2 - square * constant
    if square == 0 or inner < 0:
        return
    for root in (-math.sqrt(inner), math.sqrt(inner)):
        share = (-linear + root) / square
        if 0 <= share <= 1:
            yield share
