"""Every operator that an engine offers is the oracle's; what lacks one says why."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends import registry
from backends.arm import Arm
from backends.checks.operators import check_operators
from backends.checks.subject import Subject
from backends.operators import MOST_PARAMS, OPERATORS, Operator, failing, lacking, offered
from problems import operators as oracle
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles import phases
from tests.backends.wrong import Right, RightOperators, wrong
from tests.nightly import nightly
from tests.problems.three import NAME

SMALL = {"n_features": 6, "n_classes": 3}
SPECS = {
    "linreg": ProblemSpec(n_examples=60),
    "softmax": ProblemSpec(n_examples=60, objective="softmax", sizes=SMALL),
    "mlp-tanh": ProblemSpec(n_examples=60, objective="mlp-tanh", sizes={**SMALL, "n_hidden": 5}),
    "three": ProblemSpec(n_examples=60, objective=NAME),
}
PRODUCTS = {"jvp": "forward", "hvp": "forward over reverse"}
VECTORIZED = {"hessian": "forward over reverse", "per_example": "reverse, vectorized"}
REVERSE = {"hvp": "reverse over reverse", "hessian": "reverse over reverse"}
ONE_BY_ONE = {"per_example": "reverse, example by example"}
COMPOSITIONS = {
    "torch": {"jvp": "forward", **REVERSE, **ONE_BY_ONE},
    "torch-func": PRODUCTS | VECTORIZED,
    "jax": PRODUCTS | VECTORIZED,
    "jax-eager": PRODUCTS,
    "tensorflow": PRODUCTS | VECTORIZED | {"hessian": "reverse over reverse"},
    "mlx": PRODUCTS | VECTORIZED,
    "mlx-compile": PRODUCTS,
    "autograd": {"jvp": "forward", **REVERSE, **ONE_BY_ONE},
    "casadi": PRODUCTS | VECTORIZED,
}
# MLX computes exp and tanh in float32 inside float64 (ml-explore/mlx#3047)
NOT_IN_FLOAT64 = [("mlx", "softmax"), ("mlx", "mlp-tanh")]
BY_DAY = ("linreg", "mlp-tanh")
RIGHT = [
    (name, of, dtype)
    for name in ("torch", "torch-func", "jax", "tensorflow", "mlx", "autograd", "casadi")
    for of in SPECS
    for dtype in registry.find(name).dtypes
    if (name, of) not in NOT_IN_FLOAT64 or dtype == "float32"
]
RIGHT += [(name, "linreg", "float32") for name in ("jax-eager", "mlx-compile")]
FAILING = {("mlx", "three"): {"hvp", "hessian"}}  # of what ``take`` is made of it has no jvp


def by_day(one: tuple[str, str, str]) -> Any:
    """``one`` as parameters; in a second dtype, and on half of the problems, of the night."""
    name, of, dtype = one
    is_daily = of in BY_DAY and dtype == registry.find(name).dtypes[0]
    return pytest.param(*one, marks=() if is_daily else nightly)


@cache
def case_of(name: str, dtype: str) -> Case:
    return Case(make_problem(SPECS[name]).astype(dtype))


@pytest.mark.filterwarnings("ignore")  # a framework's warning is no failure here
@pytest.mark.parametrize(("name", "of", "dtype"), [by_day(one) for one in RIGHT])
def test_every_operator_of_an_engine_is_right(name: str, of: str, dtype: str) -> None:
    entry = registry.find(name)
    if not registry.is_installed(entry):
        pytest.skip(f"{entry.framework} is not installed: {entry.install}")
    case = case_of(of, dtype)
    arm = Arm(registry.load(entry), "cpu", dtype)
    if refusal := arm.refusal(case.problem):
        pytest.skip(refusal[1])
    subject = Subject(arm, case, arm.prepare(case.problem))
    found = {one: operator.composition for one, operator in offered(subject.program).items()}
    assert found == COMPOSITIONS[name]
    values, told = check_operators(subject), FAILING.get((name, of), set())
    assert {key for key in values if not key.endswith("_error")} == told
    assert {key.removesuffix("_error") for key in values} == set(found)


def test_the_names_of_operators_are_the_same_everywhere() -> None:
    assert OPERATORS == oracle.NAMES == phases.OPERATORS
    assert MOST_PARAMS == oracle.MOST_PARAMS
    page = Path(__file__).parents[2].joinpath("docs", "adding-a-backend.md").read_text()
    assert all(f"`{name}(params, batch" in page for name in OPERATORS)


def test_steps_of_somebody_elses_that_know_no_operators_offer_none() -> None:
    case = case_of("linreg", "float64")
    arm = Arm(wrong(Right), "cpu", "float64")
    subject = Subject(arm, case, arm.prepare(case.problem))
    assert check_operators(subject) == offered(subject.program) == {}
    assert lacking(subject.program, "hvp", 3) == "the backend offers no hvp"


def test_a_plain_function_is_an_operator_that_does_not_say_how_it_is_found() -> None:
    case = case_of("three", "float64")
    arm = Arm(wrong(RightOperators), "cpu", "float64")
    subject = Subject(arm, case, arm.prepare(case.problem))
    assert {one.composition for one in offered(subject.program).values()} == {None}
    assert Operator(abs, "forward")(-1) == 1
    assert set(check_operators(replace(subject, operators=("hvp",)))) == {"hvp_error"}


def test_an_operator_that_fails_is_none_and_says_why() -> None:
    class Lacks(RightOperators):
        def hvp(self, params, batch, direction):  # type: ignore[no-untyped-def]
            raise NotImplementedError("no rule for tanh\nand so on")

    case = case_of("three", "float64")
    arm = Arm(wrong(Lacks), "cpu", "float64")
    subject = Subject(arm, case, arm.prepare(case.problem))
    why = "its hvp fails: NotImplementedError: no rule for tanh"
    assert failing(subject.program, "hvp", case.problem) == why
    assert failing(subject.program, "jvp", case.problem) is None
    values = check_operators(subject)
    assert values["hvp"] == why
    assert "jvp_error" in values


def test_a_hessian_of_too_many_parameters_is_not_asked_for() -> None:
    case = case_of("linreg", "float64")
    program = RightOperators(case.problem)
    told = "of 501 parameters; a Hessian is of 500 at the most"
    assert lacking(program, "hessian", 501) == told
    assert lacking(program, "hvp", 501) is None


@pytest.mark.parametrize("of", SPECS)
def test_the_direction_is_the_same_in_every_dtype(of: str) -> None:
    low, high = (case_of(of, dtype).problem for dtype in ("float32", "float64"))
    for v, w, p in zip(low.direction, high.direction, low.start, strict=True):
        assert v.shape == p.shape
        assert (v.dtype, w.dtype) == ("float32", "float64")
        assert np.array_equal(v, w)
    assert 0.3 < np.sqrt(np.mean(oracle.flat(high.direction) ** 2)) < 3
