"""Orders for timed calls: to a call that gets the order of the one before, the answer is known."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from problems.spec import ProblemSpec

MOST = 64
FEWEST = 3  # so that none comes back after one other
MOST_BYTES = 2**28  # of all of them, where more than the fewest fit
STREAM = 3  # of the seed: those before it are of data, start and the problem's own orders


class TimedOrders(NamedTuple):
    """Orders (orders, n_visited), int64, none like its neighbour, and the hash of their bytes."""

    orders: np.ndarray
    sha256: str


def n_orders(n_visited: int) -> int:
    """How many orders of so many examples are drawn."""
    return max(FEWEST, min(MOST, MOST_BYTES // (8 * n_visited)))


def drawn(spec: ProblemSpec) -> TimedOrders:
    """Those of ``spec``, of a stream of their own: none is the problem's."""
    rng = np.random.default_rng(np.random.SeedSequence(spec.seed).spawn(STREAM + 1)[STREAM])
    n, visited = spec.n_examples, spec.n_visited
    orders = np.empty((n_orders(visited), visited), np.int64)
    for k, order in enumerate(orders):
        order[...] = rng.choice(n, visited, replace=False)
        while n > 1 and k > 0 and np.array_equal(order, orders[k - 1]):
            order[...] = rng.choice(n, visited, replace=False)
    orders.setflags(write=False)
    return TimedOrders(orders, hashlib.sha256(orders.data).hexdigest())
