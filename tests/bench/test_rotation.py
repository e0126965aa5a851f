"""Rotations: no call gets the order of the one before, whatever fits into the cache."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bench.worker.rotation import Orders, Rotation, ring_length, rotation

L2 = 2**20  # bytes


def stored(n_orders: int, n_visited: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([rng.permutation(n_visited) for _ in range(n_orders)])


def calls(orders: Rotation, n: int) -> list[tuple[bytes, ...]]:
    """The bytes of the orders of ``n`` calls, as a call sees them."""
    seen = []
    for _ in range(n):
        if orders.renew is not None:
            orders.renew()
        seen.append(tuple(order.tobytes() for order in orders.next()))
    return seen


@pytest.mark.parametrize("n_epochs", [1, 3])
@pytest.mark.parametrize(("n_orders", "n_visited"), [(64, 1000), (64, 20_000), (7, 90_000), (3, 9)])
def test_no_call_gets_the_orders_of_the_one_before(
    n_orders: int, n_visited: int, n_epochs: int
) -> None:
    seen = calls(rotation(stored(n_orders, n_visited), n_epochs, L2), 150)
    assert all(len(orders) == n_epochs for orders in seen)
    assert all(one != other for one, other in pairwise(seen))


@pytest.mark.parametrize(
    ("n_orders", "n_visited"), [(64, 1000), (7, 1000), (64, 200_000), (7, 90_000)]
)
def test_where_there_are_enough_no_epoch_of_two_calls_in_a_row_has_the_same_order(
    n_orders: int, n_visited: int
) -> None:
    seen = calls(rotation(stored(n_orders, n_visited), 3, L2), 50)
    assert all(not set(one) & set(other) for one, other in pairwise(seen))


def test_what_fits_into_a_quarter_of_the_cache_is_walked_in_a_ring() -> None:
    orders = stored(64, 1000)
    assert ring_length(orders, L2) == 32
    assert rotation(stored(64, 12_000), 1, L2).renew is not None  # of two: none comes back so soon
    ring = rotation(orders, 1, L2)
    assert ring.renew is None
    assert len(set(calls(ring, 100))) == 32


def test_what_is_larger_is_copied_into_the_same_memory_before_the_clock() -> None:
    orders = stored(5, 40_000)
    copied = rotation(orders, 1, L2)
    assert copied.renew is not None
    (before,), _ = copied.next(), copied.renew()
    (after,) = copied.next()
    assert before is after
    assert not after.flags.writeable
    assert after.ctypes.data % 64 == 0
    assert [order.tobytes() for order in orders] == [
        seen for (seen,) in calls(rotation(orders, 1, L2), 5)
    ]


def test_every_arm_walks_the_same_sequence() -> None:
    first: Rotation = rotation(stored(64, 1000), 1, L2)
    again: Rotation = rotation(stored(64, 1000), 1, L2)
    assert calls(first, 50) == calls(again, 50)


def test_what_a_call_gets_cannot_be_written_to() -> None:
    given: Orders = rotation(stored(64, 1000), 1, L2).next()
    with pytest.raises(ValueError, match="read-only"):
        given[0][0] = 1
