"""Throughput: what an epoch gets done a second, beside what the machine could do at best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.ceiling import MEMORY, OWN_ROWS, OWN_SIZE, BestOf, find
from reports.findings.document import Part, key
from reports.findings.intervals import Estimate, Floats, log_estimate
from reports.findings.terms import Count, Rate, Share
from runfiles.records import Spec

ITEMSIZE = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


class ArmThroughput(Part, frozen=True, eq=False, kw_only=True):
    """One arm."""

    called: ClassVar[Mapping[str, str]] = {
        "examples": "examples_per_second",
        "bytes": "bytes_per_second",
        "flop": "flop_per_second",
        "of_copy": "share_of_copy",
        "of_memory": "share_of_memory_copy",
        "of_product": "share_of_product",
        "of_gather": "share_of_gather",
    }

    arm: ArmName
    n_bytes: int | None
    """Bytes that a timed epoch must read at least. Null for a dtype of unknown size, and without a
    formula."""
    examples: Rate
    """Examples visited, a second."""
    bytes: Rate | None
    """Bytes that had to be read, a second. Null where there is no number."""
    flop: Rate | None
    """Floating-point operations of the formulas, a second. Null where there are none."""
    of_copy: Share | None
    """Bytes a second over those of a copy of the problem's own size, a fraction. Null where there
    is no number."""
    of_memory: Share | None
    """Bytes a second over those of a copy larger than any cache, a fraction. Null where there is no
    number."""
    of_product: Share | None
    """Operations a second over those of a matrix product in the same dtype, a fraction. Null where
    there is no number."""
    of_gather: Share | None
    """Time of a gather of the same rows, in float32, divided by that of the epoch, a fraction. Null
    where there is no number."""

    @key
    def n_blocks(self) -> Count:
        """Blocks that the rates come from."""
        return self.examples.n


class Throughput(Part, frozen=True, eq=False, kw_only=True):
    """What an epoch gets done a second."""

    flop: Count | None
    """Floating-point operations of a timed epoch, by the objective's formula. Null without one."""
    arms: tuple[ArmThroughput, ...]
    """Every arm whose epoch has a number."""


def bytes_of_epoch(spec: Spec, dtype: str) -> int | None:
    """The bytes an epoch must move at least: the data, read once. None where that is not known.

    Gathering them in a random order, the order itself and what a framework writes on the way come
    on top; that is why the rate is called effective.
    """
    itemsize = ITEMSIZE.get(dtype)
    return None if itemsize is None or spec.cost is None else spec.cost.n_numbers * itemsize


def throughput_of(case: Case, measured: tuple[BestOf, ...]) -> Throughput:
    """The rates of every arm whose epoch has a number, from fast to slow."""
    cost = case.run.plan.problem.cost
    arms = tuple(_arm(case, cell.arm, measured) for cell in case.timed("epoch"))
    return Throughput(flop=cost.flop if cost else None, arms=arms)


def _arm(case: Case, arm: Arm, measured: tuple[BestOf, ...]) -> ArmThroughput:
    spec = case.run.plan.problem
    seconds = case.logs_there(arm, "epoch")
    n_bytes = bytes_of_epoch(spec, arm.dtype)
    moved = None if n_bytes is None else math.log(n_bytes) - seconds
    done = None if spec.cost is None else math.log(spec.cost.flop) - seconds
    examples = log_estimate(math.log(spec.n_visited) - seconds)
    assert examples is not None
    on_host = measured if arm.device == "cpu" else ()  # the host's ceilings are not the card's
    gather = find(on_host, "gather", OWN_ROWS)
    fetched = None if gather is None else math.log(gather.amount) - seconds
    return ArmThroughput(
        arm=arm,
        examples=examples,
        n_bytes=n_bytes,
        bytes=None if moved is None else log_estimate(moved),
        flop=None if done is None else log_estimate(done),
        of_copy=_share(moved, find(on_host, "copy", OWN_SIZE)),
        of_memory=_share(moved, find(on_host, "copy", MEMORY)),
        of_gather=_share(fetched, gather),
        of_product=_share(done, find(on_host, "product", arm.dtype)),
    )


def _share(rates: Floats | None, ceiling: BestOf | None) -> Estimate | None:
    """The rate ÷ the ceiling, both of the same block."""
    if rates is None or ceiling is None:
        return None
    return log_estimate(np.asarray(rates - ceiling.logs))
