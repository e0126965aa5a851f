"""Throughput: what an epoch gets done a second, beside what the machine could do at best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reports.estimates.intervals import Estimate, Floats, log_estimate
from reports.estimates.ratios import Summary
from reports.yardsticks.ceiling import MEMORY, OWN_SIZE, Ceiling, ceilings, find
from runfiles.records import Arm, Spec

ITEMSIZE = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


@dataclass(frozen=True)
class Throughput:
    """One arm's epoch as rates; a share is None where its ceiling is not known."""

    arm: int
    examples: Estimate  # a second
    n_bytes: int | None  # of an epoch, None for a dtype of unknown size
    bytes: Estimate | None  # a second
    flop: Estimate  # a second
    of_copy: Estimate | None  # share of a copy of the problem's own size
    of_memory: Estimate | None  # share of a copy larger than any cache
    of_product: Estimate | None  # share of a matrix product in the arm's dtype


def bytes_of_epoch(spec: Spec, dtype: str) -> int | None:
    """The bytes an epoch must move at least: X and y, read once. None for an unknown dtype.

    n (d + 1) numbers. Gathering them in a random order, the order itself and what a framework
    writes on the way come on top; that is why the rate is called effective.
    """
    itemsize = ITEMSIZE.get(dtype)
    return None if itemsize is None else spec.n_visited * (spec.n_features + 1) * itemsize


def flop_of_epoch(spec: Spec) -> int:
    """The floating-point operations of an epoch, as the lesson's formulas have them.

    An example: x · w + b takes d products and d sums, the residual one difference, its product
    with x added to the gradient d products and d sums, the gradient of b one sum: 4 d + 2.
    A minibatch, for each of d + 1 parameters: times the learning rate, divided by the batch
    size, subtracted: 3 (d + 1).
    """
    n, d = spec.n_visited, spec.n_features
    n_batches = math.ceil(n / spec.batch_size)
    return n * (4 * d + 2) + n_batches * 3 * (d + 1)


def throughputs(summary: Summary) -> tuple[Throughput, ...]:
    """The rates of every arm whose epoch has a number, from fast to slow."""
    measured = ceilings(summary.run)
    ranked = [summary.arms[cell.arm] for cell in summary.ranked("epoch") if cell.seconds]
    return tuple(_throughput(summary, arm.arm, measured) for arm in ranked if not arm.is_null)


def _throughput(summary: Summary, arm: Arm, measured: tuple[Ceiling, ...]) -> Throughput:
    spec = summary.run.plan.problem
    seconds = summary.logs[arm.index, summary.phases.index("epoch")]
    n_bytes = bytes_of_epoch(spec, arm.dtype)
    moved = None if n_bytes is None else math.log(n_bytes) - seconds
    done = math.log(flop_of_epoch(spec)) - seconds
    examples = log_estimate(math.log(spec.n_visited) - seconds)
    flop = log_estimate(done)
    assert examples is not None
    assert flop is not None
    on_host = measured if arm.device == "cpu" else ()  # the host's ceilings are not the card's
    return Throughput(
        arm=arm.index,
        examples=examples,
        n_bytes=n_bytes,
        bytes=None if moved is None else log_estimate(moved),
        flop=flop,
        of_copy=_share(moved, find(on_host, "copy", OWN_SIZE)),
        of_memory=_share(moved, find(on_host, "copy", MEMORY)),
        of_product=_share(done, find(on_host, "product", arm.dtype)),
    )


def _share(rates: Floats | None, ceiling: Ceiling | None) -> Estimate | None:
    """The rate ÷ the ceiling, both of the same block."""
    if rates is None or ceiling is None:
        return None
    return log_estimate(np.asarray(rates - ceiling.logs))
