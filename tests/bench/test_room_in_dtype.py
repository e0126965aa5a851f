"""A problem that a dtype has no room for is bad input, and calls no engine wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from problems.errors import BadInput
from problems.problem import make_problem
from problems.room import cases_of
from problems.spec import ProblemSpec
from tests.conftest import Answer


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (ProblemSpec(sizes={"noise": 1e30}), r"noise 1e\+30.*goes beyond float32, .* 3.4e\+38"),
        (ProblemSpec(sizes={"noise": 1e19}), "goes beyond float32"),
        (ProblemSpec(lr=2.2), "lr is 2.2; .*goes beyond float32"),
        (ProblemSpec(lr=5.0), "diverges beyond float64"),
    ],
)
def test_what_float32_cannot_hold_is_refused_for_arms_in_float32(
    spec: ProblemSpec, told: str
) -> None:
    problem = make_problem(spec)
    with pytest.raises(BadInput, match=told):
        cases_of(problem, ["float64", "float32"])
    if spec.lr < 5:
        assert set(cases_of(problem, ["float64"])) == {"float64"}


@pytest.mark.parametrize(
    "spec", [ProblemSpec(), ProblemSpec(sizes={"noise": 1e17}), ProblemSpec(lr=1.5)]
)
def test_what_float32_can_hold_is_not_refused(spec: ProblemSpec) -> None:
    problem = make_problem(spec)
    assert set(cases_of(problem, ["float32"])) == {"float64", "float32"}


@pytest.mark.parametrize(
    "option",
    [
        ("--noise", "1e30"),
        ("--examples", "1e300"),
        ("--examples", "1e12"),
        ("--epochs", "1e300"),
        ("--memory-limit", "1e308"),
    ],
    ids=" ".join,
)
def test_numbers_out_of_all_proportion_are_a_message_and_2(
    option: tuple[str, str], answer: Callable[..., Answer]
) -> None:
    done = answer("check", "--backend", "numpy", "--device", "cpu", *option)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("autograd-bench: ")
    assert done.err.count("\n") == 1
