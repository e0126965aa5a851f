"""The machine's ceilings: bytes a second of a copy or a gather, operations of a matrix product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reports.estimates.intervals import Estimate, Floats, log_estimate
from runfiles.records import Ceilings
from runfiles.run import Run

MEMORY, OWN_SIZE = "memory", "the problem's size"  # what a copy may be of
OWN_ROWS = "the problem's rows"  # what a gather is of


@dataclass(frozen=True, eq=False)
class Ceiling:
    """The most that this machine did of one thing, a second."""

    kind: str  # ``copy`` or ``gather``, in bytes, or ``product``, in floating-point operations
    what: str  # of a copy or a gather what it is of, of a product its dtype
    amount: int  # bytes of one copy or gather, operations of one product
    logs: Floats  # (blocks,): log of the rate, by the median of the rounds; NaN where none
    rate: Estimate


def ceilings(run: Run) -> tuple[Ceiling, ...]:
    """Every ceiling that was measured in some block of ``run``."""
    logs: dict[tuple[str, str], Floats] = {}
    amounts: dict[tuple[str, str], int] = {}
    for measured in run.ceilings:
        for key, amount, seconds in _parts(measured):
            amounts.setdefault(key, amount)
            column = logs.setdefault(key, np.full(len(run.plan.blocks), np.nan))
            column[measured.block] = np.log(amount / np.median(seconds))
    rates = {key: log_estimate(column) for key, column in logs.items()}
    return tuple(
        Ceiling(*key, amounts[key], logs[key], rate) for key, rate in rates.items() if rate
    )


def _parts(measured: Ceilings) -> Iterator[tuple[tuple[str, str], int, Sequence[float]]]:
    for copy in measured.copies:
        yield ("copy", copy.what), copy.n_bytes, copy.seconds
    for gather in measured.gathers:
        yield ("gather", gather.what), gather.n_bytes, gather.seconds
    for product in measured.products:
        yield ("product", product.dtype), product.flop, product.seconds


def find(found: tuple[Ceiling, ...], kind: str, what: str) -> Ceiling | None:
    """The ceiling of that kind and name, None where it was not measured."""
    return next((one for one in found if (one.kind, one.what) == (kind, what)), None)
