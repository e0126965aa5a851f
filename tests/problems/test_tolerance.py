"""Tolerances grow with a problem: right arithmetic in any order passes, a thousandth does not."""

from __future__ import annotations

import numpy as np
import pytest

from problems.case import Case
from problems.objective import Arrays
from problems.problem import Problem, make_problem
from problems.reference import Reference, reference
from problems.spec import ProblemSpec
from problems.tolerance import FLOOR, distance

SIZES = {
    "lesson": ProblemSpec(epochs=1),
    "one example": ProblemSpec(n_examples=30, batch_size=1, epochs=1),
    "large batches": ProblemSpec(n_examples=300_000, batch_size=100_000, epochs=1),
    "many features": ProblemSpec(
        n_examples=640, batch_size=64, epochs=1, sizes={"n_features": 1000}
    ),
}
N_ORDERS = 25  # in which each gradient is summed; tests/simulations/tolerances.py does 10,000


@pytest.fixture(scope="module", params=SIZES)
def judged(request: pytest.FixtureRequest) -> tuple[Problem, Reference]:
    problem = make_problem(SIZES[request.param]).astype("float32")
    return problem, reference(problem, [0, problem.n_batches - 1])


def in_order(problem: Problem, index: np.ndarray, running: bool) -> Arrays:
    """The gradient in the problem's own dtype, summed in the order of ``index``."""
    (w, b), (X, y) = problem.start, problem.batch(index)
    residual = (X @ w)[:, 0] + b - y
    terms = X * residual[:, None]
    if running:  # the worst order there is: one sum, term by term
        return np.cumsum(terms, axis=0)[-1][:, None], np.cumsum(residual)[-1:]
    return terms.sum(axis=0)[:, None], residual.sum(keepdims=True)


@pytest.mark.parametrize("running", [False, True])
def test_right_arithmetic_summed_in_any_order_is_within_tolerance(
    running: bool, judged: tuple[Problem, Reference]
) -> None:
    problem, right = judged
    rng = np.random.default_rng(1)
    answer, index = right.at("gradients", 0, problem), problem.minibatch(0)
    n_orders = N_ORDERS if len(index) < 10_000 else 2
    far = [
        distance(in_order(problem, rng.permutation(index), running), answer.value)
        for _ in range(n_orders)
    ]
    assert max(far) <= answer.tolerance


def test_a_gradient_a_thousandth_too_large_is_outside(judged: tuple[Problem, Reference]) -> None:
    problem, right = judged
    answer = right.at("gradients", 0, problem)
    off = tuple(1.001 * entries for entries in answer.value)
    assert distance(off, answer.value) > answer.tolerance


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_on_the_lessons_trajectory_the_floor_is_what_counts(dtype: str) -> None:
    found = reference(make_problem(ProblemSpec()).astype(dtype))
    floor = FLOOR[dtype]
    assert found.steps.tolerances == pytest.approx(floor, rel=1)
    assert (found.epochs.tolerances >= floor).all()
    assert (found.epochs.tolerances <= 3 * floor).all()
    assert found.gradients.tolerances.max() < 3 * floor


def test_where_training_amplifies_rounding_the_tolerance_follows() -> None:
    calm, wild = (
        reference(make_problem(ProblemSpec(lr=lr)).astype("float32")) for lr in (0.03, 1.9)
    )
    assert wild.epochs.tolerances[-1] > 10 * calm.epochs.tolerances[-1]


def test_references_are_of_the_data_as_the_dtype_has_them() -> None:
    single, double = (Case(make_problem(ProblemSpec()).astype(d)) for d in ("float32", "float64"))
    one, other = (case.of("itself")[1].epochs.values for case in (single, double))
    assert 0 < np.abs(one - other).max() < 1e-6
