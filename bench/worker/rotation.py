"""A rotation: the orders of timed calls, none that of the call before, as hot as one just drawn."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Orders = tuple["np.ndarray", ...]  # one an epoch
SHARE_OF_CACHE = 4  # orders that fit into a quarter of the L2 cache stay there


class Rotation(NamedTuple):
    """``next`` gives the orders of a call; ``renew``, where there is one, comes before its clock.

    Orders that fit into the cache together are walked in a ring, three at the least: to gain from
    having seen one an arm must keep them all, which the checks see. Of larger ones a ring would be
    cold, which no order is that was drawn a moment ago: each is copied into the same memory before
    the clock.
    """

    next: Callable[[], Orders]
    renew: Callable[[], None] | None = None


def rotation(stored: np.ndarray, n_epochs: int, cache_bytes: int) -> Rotation:
    """The Rotation over ``stored`` (orders, n_visited) that gives ``n_epochs`` a call."""
    import numpy as np

    from problems.problem import aligned, overwritable
    from problems.timed_orders import FEWEST

    n = ring_length(stored, cache_bytes)
    if n >= max(FEWEST, 2 * n_epochs):
        ring = tuple(aligned(order, "int64") for order in stored[:n])
        return Rotation(cycle(calls_of(ring, n_epochs)).__next__)
    written, shown = zip(*(overwritable(stored[0]) for _ in range(n_epochs)), strict=True)
    sources = cycle(calls_of(tuple(stored), n_epochs))

    def renew() -> None:
        for memory, order in zip(written, next(sources), strict=True):
            np.copyto(memory, order)

    return Rotation(lambda: shown, renew)


def ring_length(stored: np.ndarray, cache_bytes: int) -> int:
    """How many of the orders fit into their share of the cache."""
    return int(min(len(stored), cache_bytes // SHARE_OF_CACHE // stored[0].nbytes))


def calls_of(orders: Orders, n_epochs: int) -> list[Orders]:
    """``orders`` in calls of ``n_epochs``, neighbours sharing none where there are enough."""
    n = len(orders)
    are_many = n >= 2 * n_epochs
    firsts = range(0, n - n % n_epochs, n_epochs) if are_many else range(n)
    return [tuple(orders[(first + i) % n] for i in range(n_epochs)) for first in firsts]
