"""The orders of timed calls: drawn once, stored, hashed, none of them the problem's own."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from problems.errors import BadInput
from problems.problem import make_problem
from problems.spec import ProblemSpec
from problems.store import load_timed_orders, save
from problems.timed_orders import MOST, MOST_BYTES, drawn, n_orders


@pytest.mark.parametrize("steps", [None, 3])
def test_each_is_an_order_of_the_examples_and_none_is_the_problems(steps: int | None) -> None:
    spec = ProblemSpec(n_examples=200, steps=steps)
    orders, problem = drawn(spec).orders, make_problem(spec)
    assert orders.shape == (MOST, problem.n_visited)
    assert all(len(set(order)) == problem.n_visited for order in orders.tolist())
    assert len({order.tobytes() for order in (*orders, *problem.orders)}) == MOST + 3


def test_drawing_them_changes_nothing_of_the_problem() -> None:
    spec = ProblemSpec(n_examples=200)
    before = make_problem(spec).sha256()
    drawn(spec)
    assert make_problem(spec).sha256() == before


def test_the_same_seed_draws_the_same_and_another_seed_others() -> None:
    first, again, other = (drawn(ProblemSpec(n_examples=200, seed=seed)) for seed in (0, 0, 1))
    assert first.sha256 == again.sha256 != other.sha256
    assert np.array_equal(first.orders, again.orders)


def test_of_very_long_ones_there_are_three_and_of_others_no_more_than_a_quarter_gibibyte() -> None:
    assert n_orders(10**9) == 3
    assert n_orders(10**6) * 8 * 10**6 <= MOST_BYTES < (n_orders(10**6) + 1) * 8 * 10**6
    assert n_orders(1000) == MOST


def test_they_are_stored_with_the_problem_and_come_back_read_only(tmp_path: Path) -> None:
    spec = ProblemSpec(n_examples=200)
    save(tmp_path, make_problem(spec))
    stored, fresh = load_timed_orders(tmp_path), drawn(spec)
    assert np.array_equal(stored.orders, fresh.orders)
    assert stored.sha256 == fresh.sha256
    assert not stored.orders.flags.writeable


def test_of_a_handful_of_examples_no_two_neighbours_are_the_same() -> None:
    orders = drawn(ProblemSpec(n_examples=3, batch_size=1)).orders
    assert all(not np.array_equal(one, other) for one, other in pairwise(orders))


@pytest.mark.parametrize("harm", ["changed", "missing", "truncated"])
def test_orders_that_are_not_as_stored_are_refused(harm: str, tmp_path: Path) -> None:
    save(tmp_path, make_problem(ProblemSpec(n_examples=200)))
    file = tmp_path / "timed_orders.npy"
    whole = file.read_bytes()
    file.unlink()
    if harm != "missing":
        file.write_bytes({"changed": whole[:-1] + b"\1", "truncated": whole[:300]}[harm])
    with pytest.raises(BadInput, match=r"the orders of timed calls in .*Start a new run\."):
        load_timed_orders(tmp_path)
