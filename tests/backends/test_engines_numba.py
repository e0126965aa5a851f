"""Numba's kernels: right at every size, honest about NaN and infinity, refused without SciPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from tests.nightly import one_by_day

BackendNamed = Callable[[str], Backend]
NAMES = ["softmax", "mlp", "mlp-tanh"]
SHAPES = {
    "ragged": ProblemSpec(n_examples=203),
    "wide": ProblemSpec(n_examples=90, batch_size=32, epochs=1),
    "one example": ProblemSpec(n_examples=30, batch_size=1, epochs=1),
    "prefix": ProblemSpec(n_examples=100, steps=3),
}
SIZES = {
    "wide": {"n_features": 100, "n_classes": 33, "n_hidden": 21},
    "one example": {"n_features": 1, "n_classes": 2, "n_hidden": 1},
}


def problem_of(name: str, shape: str) -> Problem:
    sizes = SIZES.get(shape, {"n_features": 7, "n_classes": 3, "n_hidden": 5})
    own = {size: n for size, n in sizes.items() if name != "softmax" or size != "n_hidden"}
    spec = SHAPES[shape]
    return make_problem(
        ProblemSpec(
            spec.n_examples,
            spec.batch_size,
            spec.epochs,
            steps=spec.steps,
            objective=name,
            sizes=own,
        )
    )


@pytest.mark.parametrize("shape", one_by_day(SHAPES))
@pytest.mark.parametrize("dtype", one_by_day(["float32", "float64"]))
@pytest.mark.parametrize("name", NAMES)
def test_every_check_passes(name: str, dtype: str, shape: str, backend_named: BackendNamed) -> None:
    problem, arm = problem_of(name, shape).astype(dtype), Arm(backend_named("numba"), "cpu", dtype)
    assert arm.refusal(problem) is None
    findings = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert [f"{f.check}: {f.failure}" for f in findings if f.failure] == []
    assert len(findings) == len(CHECKS)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_finite_goes_on_as_in_numpy(
    name: str, bad: float, backend_named: BackendNamed
) -> None:
    """A bias that is none: of relu, minus infinity is a unit that is off."""
    problem = problem_of(name, "ragged")
    ends = []
    for backend in (backend_named("numpy"), backend_named("numba")):
        program = backend.prepare(problem, "cpu", "float64")
        params = tuple(np.array(param) for param in program.start())
        params[1][0] = bad
        with np.errstate(invalid="ignore"):
            loss = program.loss(params)
            ends.append((loss, *program.epoch(params, problem.orders[0])))
    for expected, got in zip(*ends, strict=True):
        assert got == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_without_scipy_products_of_matrices_are_refused_with_what_to_install(
    backend_named: BackendNamed, monkeypatch: pytest.MonkeyPatch
) -> None:
    numba = backend_named("numba")
    from backends.engines import numba_mlp

    monkeypatch.setattr(numba_mlp, "find_spec", lambda name: None)
    refusal = numba.supports(problem_of("mlp", "ragged"), "cpu", "float32")
    assert refusal is not None
    assert refusal[0] == "unavailable"
    assert "pip install scipy" in refusal[1]
    assert numba.supports(problem_of("softmax", "ragged"), "cpu", "float32") is None
