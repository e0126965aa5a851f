"""The machine's ceilings: bytes a second of a copy or a gather, operations of a matrix product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from reports.findings.document import Aside, Part, key, means, taken
from reports.findings.intervals import Floats, log_estimate
from reports.findings.machines import ONE_MACHINE, Machines
from reports.findings.terms import Count, Index, Rate, Standing
from runfiles import records
from runfiles.run import Run

Measured = Annotated[int, Meta(ge=0, description="Blocks it was measured in.")]
MEMORY, OWN_SIZE = "memory", "the problem's size"  # what a copy may be of
OWN_ROWS = "the problem's rows"  # what a gather is of


class Ceiling(Part, frozen=True, eq=False):
    """The most that this machine did of one thing, a second."""

    what: str
    """What was moved; of a product its dtype."""
    amount: Count
    rate: Rate
    logs: Aside[Floats]  # (blocks,): log of the rate, by the median of the rounds; NaN where none

    @key
    def n_blocks(self) -> Measured:
        return self.rate.n

    @property
    def kind(self) -> str:
        """``copy`` or ``gather``, in bytes, or ``product``, in floating-point operations."""
        return str(type(self).__struct_config__.tag)


BYTES = {"amount": "n_bytes", "rate": "bytes_per_second"}


class CopyCeiling(Ceiling, frozen=True, eq=False, tag_field="kind", tag="copy"):
    """A copy of memory."""

    called: ClassVar[Mapping[str, str]] = BYTES

    what: str
    """What was copied: memory, or the problem's size."""
    amount: Count
    """Bytes moved by one copy, read plus written."""
    rate: Rate
    """Bytes moved, a second."""


class GatherCeiling(Ceiling, frozen=True, eq=False, tag_field="kind", tag="gather"):
    """Rows fetched in a random order and written one after the other."""

    called: ClassVar[Mapping[str, str]] = BYTES

    what: str
    """What was gathered: the problem's rows, of all its arrays in float32, as an epoch visits
    them."""
    amount: Count
    """Bytes moved by one gather, rows read plus written and the order."""
    rate: Rate
    """Bytes moved, a second."""


class ProductCeiling(Ceiling, frozen=True, eq=False, tag_field="kind", tag="product"):
    """A product of two square matrices."""

    called: ClassVar[Mapping[str, str]] = {"amount": "flop", "rate": "flop_per_second"}

    what: str
    """The dtype."""
    amount: Count
    """Floating-point operations of one product."""
    rate: Rate
    """Floating-point operations, a second."""


BestOf = CopyCeiling | GatherCeiling | ProductCeiling
KINDS: dict[str, type[BestOf]] = {
    "copy": CopyCeiling,
    "gather": GatherCeiling,
    "product": ProductCeiling,
}


class FailedCeilings(Part, frozen=True, eq=False):
    """A block in which that failed."""

    block: Index
    status: Standing
    """How it failed."""
    reason: str | None
    """Why, in words."""


class Ceilings(Part, frozen=True, eq=False):
    """What the machine could do at best."""

    measured: tuple[Annotated[BestOf, means("A copy, a gather or a product.")], ...]
    """Every ceiling that was measured."""
    failed: tuple[FailedCeilings, ...]
    """Blocks without ceilings, of several machines those of the one whose seconds are told."""


def measured_ceilings(run: Run, machines: Machines = ONE_MACHINE) -> tuple[BestOf, ...]:
    """Every ceiling that some block of ``run`` measured on the machine whose seconds are told."""
    logs: dict[tuple[str, str], Floats] = {}
    amounts: dict[tuple[str, str], int] = {}
    for measured in (one for one in run.ceilings if machines.is_told(one.machine)):
        for what, amount, seconds in _parts(measured):
            amounts.setdefault(what, amount)
            column = logs.setdefault(what, np.full(len(run.plan.blocks), np.nan))
            column[measured.block] = np.log(amount / np.median(seconds))
    rates = {what: log_estimate(column) for what, column in logs.items()}
    return tuple(
        KINDS[kind](what=what, amount=amounts[kind, what], rate=rate, logs=logs[kind, what])
        for (kind, what), rate in rates.items()
        if rate
    )


def ceilings_of(run: Run, machines: Machines) -> Ceilings:
    """The machine's ceilings, and its blocks that have none, with those that tell no machine."""
    own = (one for one in run.ceilings if one.machine is None or machines.is_told(one.machine))
    failed = (taken(FailedCeilings, one) for one in own if one.status != "ok")
    return Ceilings(measured_ceilings(run, machines), tuple(failed))


def _parts(measured: records.Ceilings) -> Iterator[tuple[tuple[str, str], int, Sequence[float]]]:
    for copy in measured.copies:
        yield ("copy", copy.what), copy.n_bytes, copy.seconds
    for gather in measured.gathers:
        yield ("gather", gather.what), gather.n_bytes, gather.seconds
    for product in measured.products:
        yield ("product", product.dtype), product.flop, product.seconds


def find(found: tuple[BestOf, ...], kind: str, what: str) -> BestOf | None:
    """The ceiling of that kind and name, None where it was not measured."""
    return next((one for one in found if (one.kind, one.what) == (kind, what)), None)
