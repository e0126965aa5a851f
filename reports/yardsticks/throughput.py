"""Throughput: what an epoch gets done a second, beside what the machine could do at best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reports.estimates.intervals import Estimate, Floats, log_estimate
from reports.estimates.ratios import Summary
from reports.yardsticks.ceiling import MEMORY, OWN_ROWS, OWN_SIZE, Ceiling, ceilings, find
from runfiles.records import Arm, Spec

ITEMSIZE = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


@dataclass(frozen=True)
class Throughput:
    """One arm's epoch as rates; a share is None where its ceiling is not known."""

    arm: int
    examples: Estimate  # a second
    n_bytes: int | None  # of an epoch, None for a dtype of unknown size or without a formula
    bytes: Estimate | None  # a second
    flop: Estimate | None  # a second, None without a formula
    of_copy: Estimate | None  # share of a copy of the problem's own size
    of_memory: Estimate | None  # share of a copy larger than any cache
    of_gather: Estimate | None  # time of a gather of the same rows in float32 ÷ the epoch's
    of_product: Estimate | None  # share of a matrix product in the arm's dtype


def bytes_of_epoch(spec: Spec, dtype: str) -> int | None:
    """The bytes an epoch must move at least: the data, read once. None where that is not known.

    Gathering them in a random order, the order itself and what a framework writes on the way come
    on top; that is why the rate is called effective.
    """
    itemsize = ITEMSIZE.get(dtype)
    return None if itemsize is None or spec.cost is None else spec.cost.n_numbers * itemsize


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
    done = None if spec.cost is None else math.log(spec.cost.flop) - seconds
    examples = log_estimate(math.log(spec.n_visited) - seconds)
    assert examples is not None
    on_host = measured if arm.device == "cpu" else ()  # the host's ceilings are not the card's
    gather = find(on_host, "gather", OWN_ROWS)
    fetched = None if gather is None else math.log(gather.amount) - seconds
    return Throughput(
        arm=arm.index,
        examples=examples,
        n_bytes=n_bytes,
        bytes=None if moved is None else log_estimate(moved),
        flop=None if done is None else log_estimate(done),
        of_copy=_share(moved, find(on_host, "copy", OWN_SIZE)),
        of_memory=_share(moved, find(on_host, "copy", MEMORY)),
        of_gather=_share(fetched, gather),
        of_product=_share(done, find(on_host, "product", arm.dtype)),
    )


def _share(rates: Floats | None, ceiling: Ceiling | None) -> Estimate | None:
    """The rate ÷ the ceiling, both of the same block."""
    if rates is None or ceiling is None:
        return None
    return log_estimate(np.asarray(rates - ceiling.logs))
