"""The ceilings of a block: what the machine could do at best."""

from __future__ import annotations

from msgspec import Struct

from runfiles.errors import mismatch
from runfiles.record import Count, Hashed, Record, Rounds, Size
from runfiles.statuses import Status


class Copy(Struct, frozen=True, kw_only=True):
    """A copy of memory, timed: the most bytes a second that data of its size may move."""

    what: str  # "memory": larger than any cache; "the problem's size": as many as the data
    n_bytes: Size  # moved by one copy, read plus written
    seconds: Rounds  # of one copy


class Gather(Struct, frozen=True, kw_only=True):
    """The problem's own rows fetched in a random order, timed: an epoch fetches as many."""

    what: str  # "the problem's rows": those of its first order, out of every array, in float32
    n_bytes: Size  # moved by one gather: rows read plus written, and the order
    seconds: Rounds  # of one gather


class Product(Struct, frozen=True, kw_only=True):
    """A product of two square matrices, timed: the most operations a second in its dtype."""

    dtype: str
    n: Size  # rows and columns
    flop: Size
    seconds: Rounds  # of one product


class Ceilings(Record, frozen=True, kw_only=True, tag="autograd-bench ceilings"):
    """ceilings/BBB.json: what the machine could do at best in one block."""

    block: Count
    status: Status
    reason: str | None = None
    machine: Hashed | None = None  # of the block; older runs have none
    threads: Size | None = None
    copies: tuple[Copy, ...] = ()
    gathers: tuple[Gather, ...] = ()  # older runs have none
    products: tuple[Product, ...] = ()

    def __post_init__(self) -> None:
        for key in ("copies", "gathers", "products"):
            found = getattr(self, key)
            if self.status != "ok" and found:
                raise mismatch(key, "a list with numbers", f"none, for it is {self.status}")
            if self.status == "ok" and not found and key != "gathers":
                raise mismatch(key, None, "a list with numbers, for it is ok")

    @property
    def file(self) -> str:
        """The name that the file has in ``ceilings/``."""
        return f"{self.block:03d}.json"
