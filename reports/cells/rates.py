"""Rates: what an epoch gets done a second, beside what the machine could do, in cells.json."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.cells.terms import ArmName, Count, Index, Rate, Share
from reports.document import Part, means
from reports.estimates.arms import Standing
from reports.estimates.ratios import Summary
from reports.yardsticks import ceiling, throughput
from reports.yardsticks.collected import Yardsticks

Measured = Annotated[int, Meta(ge=0, description="Blocks it was measured in.")]


class ArmThroughput(Part, frozen=True):
    """One arm."""

    arm: ArmName
    n_bytes: int | None
    """Bytes that a timed epoch must read at least. Null for a dtype of unknown size, and without a
    formula."""
    n_blocks: Count
    """Blocks that the rates come from."""
    examples_per_second: Rate
    """Examples visited, a second."""
    bytes_per_second: Rate | None
    """Bytes that had to be read, a second. Null where there is no number."""
    flop_per_second: Rate | None
    """Floating-point operations of the formulas, a second. Null where there are none."""
    share_of_copy: Share | None
    """Bytes a second over those of a copy of the problem's own size, a fraction. Null where there
    is no number."""
    share_of_memory_copy: Share | None
    """Bytes a second over those of a copy larger than any cache, a fraction. Null where there is no
    number."""
    share_of_product: Share | None
    """Operations a second over those of a matrix product in the same dtype, a fraction. Null where
    there is no number."""
    share_of_gather: Share | None
    """Time of a gather of the same rows, in float32, divided by that of the epoch, a fraction. Null
    where there is no number."""


class Throughput(Part, frozen=True):
    """What an epoch gets done a second."""

    flop: Count | None
    """Floating-point operations of a timed epoch, by the objective's formula. Null without one."""
    arms: tuple[ArmThroughput, ...]
    """Every arm whose epoch has a number."""


class CopyCeiling(Part, frozen=True, tag_field="kind", tag="copy"):
    """A copy of memory."""

    what: str
    """What was copied: memory, or the problem's size."""
    n_bytes: Count
    """Bytes moved by one copy, read plus written."""
    n_blocks: Measured
    bytes_per_second: Rate
    """Bytes moved, a second."""


class GatherCeiling(Part, frozen=True, tag_field="kind", tag="gather"):
    """Rows fetched in a random order and written one after the other."""

    what: str
    """What was gathered: the problem's rows, of all its arrays in float32, as an epoch visits
    them."""
    n_bytes: Count
    """Bytes moved by one gather, rows read plus written and the order."""
    n_blocks: Measured
    bytes_per_second: Rate
    """Bytes moved, a second."""


class ProductCeiling(Part, frozen=True, tag_field="kind", tag="product"):
    """A product of two square matrices."""

    what: str
    """The dtype."""
    flop: Count
    """Floating-point operations of one product."""
    n_blocks: Measured
    flop_per_second: Rate
    """Floating-point operations, a second."""


BestOf = CopyCeiling | GatherCeiling | ProductCeiling
KINDS: dict[str, type[BestOf]] = {
    "copy": CopyCeiling,
    "gather": GatherCeiling,
    "product": ProductCeiling,
}


class FailedCeilings(Part, frozen=True):
    """A block in which that failed."""

    block: Index
    status: Standing
    """How it failed."""
    reason: str | None
    """Why, in words."""


class Ceilings(Part, frozen=True):
    """What the machine could do at best."""

    measured: tuple[Annotated[BestOf, means("A copy, a gather or a product.")], ...]
    """Every ceiling that was measured."""
    failed: tuple[FailedCeilings, ...]
    """Blocks without ceilings."""


def throughputs(summary: Summary, found: Yardsticks) -> Throughput:
    """The rates of every arm."""
    cost = summary.run.plan.problem.cost
    arms = tuple(_arm(summary, one) for one in found.throughputs)
    return Throughput(cost.flop if cost else None, arms)


def _arm(summary: Summary, one: throughput.Throughput) -> ArmThroughput:
    return ArmThroughput(
        arm=summary.arms[one.arm].name,
        n_bytes=one.n_bytes,
        n_blocks=one.examples.n,
        examples_per_second=one.examples,
        bytes_per_second=one.bytes,
        flop_per_second=one.flop,
        share_of_copy=one.of_copy,
        share_of_memory_copy=one.of_memory,
        share_of_product=one.of_product,
        share_of_gather=one.of_gather,
    )


def ceilings(summary: Summary, found: Yardsticks) -> Ceilings:
    """The machine's ceilings, and the blocks that have none."""
    failed = (one for one in summary.run.ceilings if one.status != "ok")
    return Ceilings(
        tuple(_ceiling(one) for one in found.ceilings),
        tuple(FailedCeilings(one.block, one.status, one.reason) for one in failed),
    )


def _ceiling(one: ceiling.Ceiling) -> BestOf:
    return KINDS[one.kind](one.what, one.amount, one.rate.n, one.rate)
