"""CuPy's engine on a fake GPU; where CuPy is installed but no GPU is found, it says so."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.fake_cupy import fake_cupy

ENGINE = "backends.engines.cupy_manual"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The engine's module as it is where CuPy finds a GPU."""
    monkeypatch.setenv("CUPY_TF32", "1")
    monkeypatch.setenv("CUPY_CACHE_IN_MEMORY", "0")
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy())
    monkeypatch.delitem(sys.modules, ENGINE, raising=False)
    yield importlib.import_module(ENGINE)
    sys.modules.pop(ENGINE, None)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "spec",
    [
        ProblemSpec(n_examples=1003),
        ProblemSpec(n_examples=5000, steps=150),
        ProblemSpec(n_examples=7, batch_size=7),
    ],
    ids=["ragged", "cut epoch", "one batch"],
)
def test_its_program_is_the_lesson(spec: ProblemSpec, dtype: str, engine: Any) -> None:
    backend = engine.cupy_manual
    problem = make_problem(spec).astype(dtype)
    assert backend.supports(problem, "cuda", dtype) is None
    # NumPy's arrays lie on the cpu, which the check of devices must be told
    arm = Arm(backend, "cpu", dtype)
    subject = Subject(arm, Case(problem), arm.prepare(problem), clock=count().__next__)
    findings = run_checks(subject)
    assert [finding for finding in findings if finding.failure] == []
    assert len(findings) == len(CHECKS)
    assert backend.facts("cuda")["gpu"] == "a fake GPU"


def test_a_gpu_without_what_compiles_kernels_is_told_what_to_install(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise RuntimeError("CuPy failed to load libnvrtc.so.13")

    monkeypatch.setattr(engine, "descend", lacking)
    refusal = engine.cupy_manual.supports(make_problem(ProblemSpec()), "cuda", "float32")
    assert refusal.status == "unavailable"
    assert "libnvrtc.so.13" in refusal.reason
    assert "[ctk]" in refusal.reason


@pytest.mark.parametrize(
    ("device", "status"), [("cpu", "unsupported"), ("metal", "unsupported"), ("cuda", None)]
)
def test_cupy_names_what_it_cannot_do(
    device: str, status: str | None, backend_named: Callable[[str], Backend]
) -> None:
    refusal = backend_named("cupy").supports(make_problem(ProblemSpec()), device, "float32")
    said, reason = refusal or (None, "none is given")
    assert said in ({status} if status else {None, "unavailable"})
    assert reason
