"""The problem is the lesson's, the same bytes every time, and nothing that is not finite."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from problems.errors import BadInput
from problems.problem import ALIGNMENT, make_problem
from problems.spec import ProblemSpec
from problems.store import load, save


def test_the_default_is_the_lesson() -> None:
    problem = make_problem(ProblemSpec())
    assert problem.data[0].shape == (1000, 2)
    assert problem.data[1].shape == (1000,)
    assert problem.start[0].shape == (2, 1)
    assert problem.start[1].tolist() == [0.0]
    assert problem.truth is not None
    assert problem.truth[0].tolist() == [[2.0], [-3.4]]
    assert problem.truth[1].tolist() == [4.2]
    (X, y), (w, b) = problem.data, problem.truth
    residual = y - (X @ w)[:, 0] - b
    assert 0.009 < residual.std() < 0.011
    assert problem.spec == ProblemSpec(
        1000, 10, 3, 0.03, 0, None, "linreg", {"n_features": 2, "noise": 0.01}
    )


def test_every_epoch_visits_every_example_once_in_an_order_of_its_own() -> None:
    orders = make_problem(ProblemSpec(n_examples=53)).orders
    assert all(sorted(order) == list(range(53)) for order in orders)
    assert len({tuple(order) for order in orders}) == len(orders)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    spec = ProblemSpec(n_examples=64)
    assert make_problem(spec).sha256() == make_problem(spec).sha256()
    assert make_problem(spec).sha256() != make_problem(replace(spec, seed=1)).sha256()


def test_more_epochs_change_neither_data_nor_earlier_orders() -> None:
    few, many = (make_problem(ProblemSpec(epochs=epochs)) for epochs in (2, 5))
    assert np.array_equal(few.data[0], many.data[0])
    assert np.array_equal(few.orders, many.orders[:2])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_arrays_are_aligned_and_read_only(dtype: str) -> None:
    problem = make_problem(ProblemSpec(n_examples=37, sizes={"n_features": 3})).astype(dtype)
    for _, array in problem.arrays():
        assert array.ctypes.data % ALIGNMENT == 0
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_stored_problem_comes_back_the_same(tmp_path: Path) -> None:
    problem = make_problem(ProblemSpec(n_examples=20))
    save(tmp_path, problem)
    assert load(tmp_path).sha256() == problem.sha256()


def test_an_epoch_cut_short_is_the_beginning_of_the_whole_one_over_the_same_data() -> None:
    spec = ProblemSpec(n_examples=53)
    whole, cut = make_problem(spec), make_problem(replace(spec, steps=3))
    assert (cut.n_visited, cut.n_batches) == (30, 3)
    assert np.array_equal(cut.orders, whole.orders[:, :30])
    assert np.array_equal(cut.data[0], whole.data[0])


def test_steps_beyond_the_epoch_cut_nothing() -> None:
    assert make_problem(ProblemSpec(n_examples=53, steps=9)).n_visited == 53


def test_as_one_batch_every_example_is_visited_whether_epochs_are_cut_or_not() -> None:
    for steps in (None, 3):
        one = make_problem(ProblemSpec(n_examples=53, steps=steps)).as_one_batch()
        assert one.n_batches == 1
        assert sorted(one.orders[0]) == list(range(53))


def test_an_epoch_that_is_not_cut_says_nothing_of_steps(tmp_path: Path) -> None:
    problem = make_problem(ProblemSpec(n_examples=20))
    save(tmp_path, problem)
    assert "steps" not in json.loads((tmp_path / "spec.json").read_text())
    assert load(tmp_path).sha256() == problem.sha256()


@pytest.mark.parametrize("name", ["n_examples", "n_features", "batch_size", "epochs", "steps"])
@pytest.mark.parametrize("value", [0, -1, 1.5, math.nan, math.inf, True, "10"])
def test_a_count_that_is_none_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(BadInput, match=f"{name} is .*expected a whole number"):
        ProblemSpec(**({"sizes": {name: value}} if name == "n_features" else {name: value}))


@pytest.mark.parametrize("value", [0.0, -0.03, math.nan, math.inf, -math.inf])
def test_a_rate_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(BadInput, match=r"lr is .*finite number above 0"):
        ProblemSpec(lr=value)


def test_a_batch_larger_than_the_data_is_refused_with_both_numbers() -> None:
    with pytest.raises(BadInput, match="batch_size is 11 with n_examples 10"):
        ProblemSpec(n_examples=10, batch_size=11)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("name", "part", "place"), [("X", "data", 0), ("y", "data", 1), ("w_start", "start", 0)]
)
def test_data_that_is_not_finite_is_refused_with_its_place(
    name: str, part: str, place: int, bad: float
) -> None:
    problem = make_problem(ProblemSpec(n_examples=20))
    arrays = [array.copy() for array in getattr(problem, part)]
    arrays[place].flat[1] = bad
    with pytest.raises(BadInput, match=f"problem array {name} holds {bad}"):
        replace(problem, **{part: tuple(arrays)})  # type: ignore[arg-type]  # one of two fields


@pytest.mark.parametrize("harm", ["empty", "truncated", "missing", "foreign"])
def test_a_damaged_problem_is_refused_with_its_folder(harm: str, tmp_path: Path) -> None:
    save(tmp_path, make_problem(ProblemSpec(n_examples=20)))
    file = tmp_path / "X.npy"
    if harm == "missing":
        file.unlink()
    else:
        whole = file.read_bytes()
        file.write_bytes({"empty": b"", "truncated": whole[:150], "foreign": b"hello"}[harm])
    with pytest.raises(BadInput, match="cannot read a problem"):
        load(tmp_path)
