"""Orders for timed calls: to a call that gets the order of the one before, the answer is known."""

from __future__ import annotations

import hashlib

import numpy as np

from problems.spec import ProblemSpec

MOST = 64
MOST_BYTES = 2**28  # of all of them, where more than two fit
STREAM = 3  # of the seed: those before it are of data, start and the problem's own orders


def n_orders(n_visited: int) -> int:
    """How many orders of so many examples are drawn, two at the least."""
    return max(2, min(MOST, MOST_BYTES // (8 * n_visited)))


def drawn(spec: ProblemSpec) -> np.ndarray:
    """Orders (orders, n_visited), int64, of a stream of their own: none is the problem's."""
    rng = np.random.default_rng(np.random.SeedSequence(spec.seed).spawn(STREAM + 1)[STREAM])
    orders = np.empty((n_orders(spec.n_visited), spec.n_visited), np.int64)
    for order in orders:
        order[...] = rng.permutation(spec.n_examples)[: spec.n_visited]
    orders.setflags(write=False)
    return orders


def sha256(orders: np.ndarray) -> str:
    """Hash of the orders' bytes."""
    return hashlib.sha256(np.ascontiguousarray(orders).data).hexdigest()
