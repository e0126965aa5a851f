"""Precision both ways: what is judged, and what being right says nothing of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.arm import Arm
from backends.checks.precision import check_precision
from backends.checks.subject import Subject
from backends.errors import CheckFailed
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from tests.backends.wrong import Right, wrong
from tests.backends.wrong.precision import MorePrecise


def subject_of(program: type[Right], problem: Problem) -> Subject:
    arm = Arm(wrong(program), "cpu", "float32")
    return Subject(arm, Case(problem), arm.prepare(problem))


def test_a_right_arm_has_some_entries_right_and_some_not() -> None:
    found = check_precision(subject_of(Right, make_problem(ProblemSpec()).astype("float32")))
    shares = {f"{view}_entries_right" for view in ("gradient", "step", "epoch")}
    assert set(found) == shares
    assert all(0.2 < found[name] < 0.9 for name in shares)


def test_where_a_step_hardly_moves_the_parameters_its_being_right_says_nothing() -> None:
    problem = make_problem(ProblemSpec(lr=1e-9))
    far = tuple(param + 1.0 for param in problem.start)
    found = check_precision(subject_of(Right, replace(problem, start=far).astype("float32")))
    assert found["step_entries_right"] == "not judged: plain float32 has 100%"
    assert found["gradient_entries_right"] < 0.9


def test_one_batch_is_too_little_to_judge() -> None:
    problem = make_problem(ProblemSpec(batch_size=1000)).astype("float32")
    found = check_precision(subject_of(Right, problem))
    assert found == {"more_than_float32": "not judged: 3 entries, expected 200"}


def test_data_whose_gradients_are_exact_in_float32_call_nobody_wrong() -> None:
    """Small integers: every product and sum is exact, in whatever precision."""
    problem = make_problem(ProblemSpec())
    X, y = problem.data
    rounded = (np.round(X), np.round(y))
    zero = tuple(np.zeros_like(param) for param in problem.start)
    exact = replace(problem, data=rounded, start=zero).astype("float32")
    found = check_precision(subject_of(Right, exact))
    assert found["gradient_entries_right"] == "not judged: plain float32 has 100%"


def test_an_arm_that_computes_in_more_is_told_by_how_much_it_is_too_right() -> None:
    problem = make_problem(ProblemSpec()).astype("float32")
    with pytest.raises(
        CheckFailed, match=r"every one of 300 entries of the gradient .* has 59% of"
    ):
        check_precision(subject_of(MorePrecise, problem))
