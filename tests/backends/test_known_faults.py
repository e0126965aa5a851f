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


@pytest.mark.filterwarnings("ignore:.*jit.script:DeprecationWarning")  # torch.func.jvp itself
@still_there
def test_torch_keeps_the_dtype_of_a_number_going_forward(backend_named: BackendNamed) -> None:
    backend_named("torch-func")
    import torch

    half, one = torch.tensor(0.5), torch.tensor(1.0)
    _, slope, *_ = torch.func.jvp(lambda x: x * 0.5, (half,), (one,))
    assert slope.dtype == torch.float32


@still_there
def test_autograd_keeps_the_dtype_through_a_maximum(backend_named: BackendNamed) -> None:
    backend_named("autograd")
    import autograd.numpy as anp  # type: ignore[import-untyped]  # no annotations
    from autograd import make_jvp

    x = np.array([0.5, 0.25], "float32")
    _, slope = make_jvp(lambda a: anp.max(a))(x)(np.ones(2, "float32"))
    assert slope.dtype == np.float32


def test_an_arm_with_the_fault_is_wrong_by_the_gradient(backend_named: BackendNamed) -> None:
    backend = backend_named("mlx")
    sizes = {"n_features": 3, "n_classes": 3}
    problem = make_problem(ProblemSpec(n_examples=50, objective="softmax", sizes=sizes))
    arm = Arm(backend, "cpu", "float64")
    *_, last = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert last.check == "gradient"
    assert "the gradient of batch 0 is" in str(last.failure)
