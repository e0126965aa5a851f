"""The oracle's second derivatives, by two ways that know nothing of each other; refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from problems import operators, oracle
from problems.objective import Arrays
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from problems.tolerance import distance
from tests.problems.three import NAME, by_hand

SMALL = {"n_features": 4, "n_classes": 3}
SPECS = {
    "linreg": ProblemSpec(n_examples=30),
    "softmax": ProblemSpec(n_examples=30, objective="softmax", sizes=SMALL),
    "mlp": ProblemSpec(n_examples=30, objective="mlp", sizes={**SMALL, "n_hidden": 3}),
    "mlp-tanh": ProblemSpec(n_examples=30, objective="mlp-tanh", sizes={**SMALL, "n_hidden": 3}),
    "three": ProblemSpec(n_examples=30, objective=NAME),
}
EPS = float(np.finfo("float64").eps)


def product(problem: Problem) -> Arrays:
    return operators.answers(problem, 0, EPS)["hvp"][0]


@pytest.mark.parametrize("name", SPECS)
def test_differences_know_how_far_off_they_are(name: str) -> None:
    """Against a complex step of a gradient by hand, which is exact to rounding."""
    problem = make_problem(SPECS[name])
    if problem.objective.gradient is None:
        told = replace(problem.objective, gradient=lambda xp, p, b: by_hand(p, b))
        problem = replace(problem, objective=told)
    given = problem.start, problem.batch(problem.minibatch(0)), problem.direction
    exact = operators.product_by_step(problem.objective, *given)
    near, error = operators.differences(problem.objective, *given)
    assert distance(near, exact) <= 10 * error
    assert error < 1e-8


def test_of_linear_regression_the_hessian_is_that_of_the_formula() -> None:
    problem = make_problem(SPECS["linreg"])
    X, _ = problem.batch(problem.minibatch(0))
    Z = np.column_stack((X, np.ones(len(X))))
    found = operators.answers(problem, 0, EPS)
    assert found["hessian"][0][0] == pytest.approx(Z.T @ Z, rel=1e-13)
    v = operators.flat(problem.direction)
    assert operators.flat(found["hvp"][0]) == pytest.approx(Z.T @ Z @ v, rel=1e-13)
    slope = operators.flat(
        oracle.gradient(
            problem.objective, problem.start, (X, problem.data[1][problem.minibatch(0)])
        )
    )
    assert float(found["jvp"][0][0]) == pytest.approx(float(slope @ v), rel=1e-13)


@pytest.mark.parametrize("name", SPECS)
def test_the_parts_agree_with_each_other(name: str) -> None:
    problem = make_problem(SPECS[name])
    found = operators.answers(problem, 0, EPS)
    (H,) = found["hessian"][0]
    chosen = operators.columns(problem)
    assert H[chosen] == pytest.approx(H[chosen].T, abs=1e-7)
    if len(chosen) == len(H):
        v = operators.flat(problem.direction)
        assert H @ v == pytest.approx(operators.flat(found["hvp"][0]), abs=1e-7)
    for value, shape in zip(
        found["per_example"][0], operators.shapes("per_example", problem, 0), strict=True
    ):
        assert value.shape == shape
    assert max(allowed for _, allowed in found.values()) < 1e-6


def test_a_gradient_by_hand_that_hides_its_derivative_is_not_stepped_through() -> None:
    """It is right, and looks at real parts: then differences have to do."""
    problem = make_problem(SPECS["mlp-tanh"])
    right = problem.objective.gradient
    assert right is not None

    def hiding(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
        return right(xp, tuple(np.real(p) for p in params), batch)

    odd = replace(problem, objective=replace(problem.objective, gradient=hiding))
    assert distance(product(odd), product(problem)) < 1e-9
    allowed = [operators.answers(one, 0, EPS)["hvp"][1] for one in (problem, odd)]
    assert allowed[0] < 1e-12 < allowed[1] < 1e-7


def test_a_hessian_of_too_many_parameters_is_not_answered() -> None:
    problem = make_problem(ProblemSpec(n_examples=20, objective="softmax"))
    assert sum(p.size for p in problem.start) > operators.MOST_PARAMS
    assert "hessian" not in operators.answers(problem, 0, EPS)
