"""CUDA graphs replayed on the cpu; what is compiled is whole, an objective's own, and temporary."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.linreg import linreg
from problems.objective import Array, Arrays
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from tests.nightly import nightly

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs g++")

PROGRAM = """
import os
from pathlib import Path
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find("torch-compile"))
problem = make_problem(ProblemSpec(n_examples=20)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
print(len(list(Path(os.environ["TMPDIR"]).rglob("*.so"))))
"""


@nightly
@needs_compiler
def test_what_torch_compiles_is_gone_when_the_process_ends(
    backend_named: Callable[[str], Backend], tmp_path: Path
) -> None:
    backend_named("torch")  # the same framework: what compiles is loaded by the other process
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path), "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) > 0
    assert list(tmp_path.rglob("*")) == []


def quartic(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, b), (X, y) = params, batch
    return xp.sum((X @ w + b - y[:, None]) ** 4) / 1000


def hinge(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, b), (X, y) = params, batch
    return xp.sum(xp.maximum(X @ w + b - y[:, None], 0.1))


def of_a_number(xp: Any, params: Arrays, batch: Arrays) -> Array:
    return float(xp.sum(batch[0])) * hinge(xp, params, batch)


def problem_of(loss: Callable[[Any, Arrays, Arrays], Array]) -> Problem:
    """The lesson's arrays with another loss, under one name for all."""
    objective = replace(linreg, name="mine", loss=loss, gradient=None)
    lesson = make_problem(ProblemSpec(n_examples=20)).astype("float64")
    return replace(lesson, objective=objective)


def trained(backend: Backend, problem: Problem) -> tuple[np.ndarray, ...]:
    """The parameters after an epoch, and the loss there."""
    program = backend.prepare(problem, "cpu", "float64")
    params = program.epoch(program.start(), problem.orders[0])
    return program.memory.fetch((*params, program.loss(params)))


@nightly
@needs_compiler
@pytest.mark.filterwarnings("ignore")  # torch's compiler uses what torch deprecates
@pytest.mark.parametrize("name", ["torch-compile", "torch-compile-epoch"])
def test_objectives_on_arrays_of_one_shape_each_run_a_program_of_their_own(
    name: str, backend_named: Callable[[str], Backend]
) -> None:
    backend, eager = backend_named(name), backend_named("torch")
    for loss in (quartic, hinge):
        problem = problem_of(loss)
        for got, expected in zip(trained(backend, problem), trained(eager, problem), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-12)


@needs_compiler
@pytest.mark.filterwarnings("ignore")  # torch's compiler uses what torch deprecates
def test_what_cannot_be_compiled_whole_does_not_run_uncompiled(
    backend_named: Callable[[str], Backend],
) -> None:
    backend = backend_named("torch-compile")
    import torch

    with pytest.raises(torch._dynamo.exc.Unsupported, match="item"):
        trained(backend, problem_of(of_a_number))


class FakeStream:
    def wait_stream(self, other: FakeStream) -> None:
        """Everything here is done when it is called."""


CUT = ProblemSpec(n_examples=5000, steps=150)  # an epoch visits a part of the data


@pytest.mark.parametrize(
    ("spec", "n_graphs"),
    [
        (ProblemSpec(), 1),
        (ProblemSpec(n_examples=1003), 2),
        (ProblemSpec(n_examples=2507), 3),
        (CUT, 2),
    ],
)
def test_graphs_of_whole_runs_and_of_what_is_left_are_the_lesson(
    spec: ProblemSpec,
    n_graphs: int,
    backend_named: Callable[[str], Backend],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = backend_named("torch-cudagraph")
    import torch

    from backends.engines import torch_cudagraph

    class Recalled(torch_cudagraph.Captured):
        def __init__(self, work: Callable[[Any], None], length: int, device: str) -> None:
            super().__init__(work, length, device)
            monkeypatch.setattr(self.graph, "replay", lambda: work(self.chosen), raising=False)

    monkeypatch.setattr(torch_cudagraph, "Captured", Recalled)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", type("FakeGraph", (), {}))
    monkeypatch.setattr(torch.cuda, "Stream", FakeStream)
    monkeypatch.setattr(torch.cuda, "current_stream", FakeStream)
    monkeypatch.setattr(torch.cuda, "stream", nullcontext)
    monkeypatch.setattr(torch.cuda, "graph", nullcontext)
    problem = make_problem(spec).astype("float32")
    program: Any = backend.prepare(problem, "cpu", "float32")
    assert len(program.graphs) == n_graphs
    findings = run_checks(Subject(Arm(backend, "cpu", "float32"), Case(problem), program))
    assert [finding for finding in findings if finding.failure] == []


def lacking(program: str) -> Callable[[str], str | None]:
    """``shutil.which`` of a machine that has everything but ``program``."""
    return lambda name: None if name == program else f"/usr/bin/{name}"


@pytest.fixture
def compiling(backend_named: Callable[[str], Backend], monkeypatch: pytest.MonkeyPatch) -> Any:
    """How the compiled torch backends compile, on a machine with a GPU, Triton and compilers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's compiler uses what torch deprecates
        backend_named("torch-compile")
    import torch

    from backends.engines import torch_compiling

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch_compiling, "has_triton_package", lambda: True)
    monkeypatch.setattr(shutil, "which", lacking("nothing"))
    monkeypatch.setattr(Path, "exists", lambda path: True)
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.delenv("CXX", raising=False)
    return torch_compiling


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_where_all_is_there_torch_compiles_for_every_device(device: str, compiling: Any) -> None:
    assert compiling.supports(make_problem(ProblemSpec()), device, "float32") is None


def test_a_gpu_without_pythons_header_is_told_what_to_install(
    compiling: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: path.name != "Python.h")
    refusal = compiling.supports(make_problem(ProblemSpec()), "cuda", "float32")
    assert refusal.status == "unavailable"
    assert "Python.h for Triton" in refusal.reason
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-dev"
    assert f"apt install {package}" in refusal.reason


def test_a_gpu_without_a_c_compiler_is_told_so_and_needs_no_other(
    compiling: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = make_problem(ProblemSpec())
    monkeypatch.setattr(shutil, "which", lacking("g++"))
    assert compiling.supports(problem, "cuda", "float32") is None
    assert "finds no C++ compiler g++" in compiling.supports(problem, "cpu", "float32").reason
    monkeypatch.setenv("CC", "mycc")
    monkeypatch.setattr(shutil, "which", lacking("mycc"))
    assert "no C compiler mycc for Triton" in compiling.supports(problem, "cuda", "float32").reason


@pytest.mark.usefixtures("compiling")
def test_what_triton_compiles_goes_with_the_process_too() -> None:
    own = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    assert Path(os.environ["TRITON_CACHE_DIR"]).is_relative_to(own)
