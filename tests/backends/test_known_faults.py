"""The faults of docs/known-faults.md: a release that mends one makes its test fail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec

BackendNamed = Callable[[str], Backend]
CLOSE = 1e-14  # relative, for an operation that is right in float64
still_there = pytest.mark.xfail(strict=True, raises=AssertionError)


def is_close(found: object, right: np.ndarray) -> bool:
    return bool(np.allclose(np.array(found), right, rtol=CLOSE, atol=CLOSE))


@still_there
@pytest.mark.parametrize("function", ["exp", "sin", "cos"])
def test_mlx_computes_it_in_float64(function: str, backend_named: BackendNamed) -> None:
    backend_named("mlx")
    import mlx.core as mx

    x = np.linspace(-1, 1, 101)
    with mx.stream(mx.cpu):
        found = getattr(mx, function)(mx.array(x, dtype=mx.float64))
    assert is_close(found, getattr(np, function)(x))


def test_an_arm_with_the_fault_is_wrong_by_the_gradient(backend_named: BackendNamed) -> None:
    backend = backend_named("mlx")
    sizes = {"n_features": 3, "n_classes": 3}
    problem = make_problem(ProblemSpec(n_examples=50, objective="softmax", sizes=sizes))
    arm = Arm(backend, "cpu", "float64")
    *_, last = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert last.check == "gradient"
    assert "the gradient of batch 0 is" in str(last.failure)
