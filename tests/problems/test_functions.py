"""The functions of docs/functions: the vocabulary suffices for them, and every engine runs them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from backends import registry
from problems.guard import require_vocabulary
from problems.oracle import prove
from problems.rate import settled
from tests.bench.test_cli import ROOT, command
from tests.nightly import nightly, one_by_day
from tests.problems.files import problem_of

FILES = sorted((ROOT / "docs" / "functions").glob("*.py"))
DTYPES = {"float32", "float64"}
LONG = "3600"  # Kepler's 20 steps in each of 25 of training are compiled for a quarter of an hour


def test_there_are_functions() -> None:
    names = {"factors", "huber", "kepler", "layers", "logistic", "poisson"}
    assert {path.stem for path in FILES} == names


@pytest.mark.parametrize("path", one_by_day(FILES), ids=lambda path: path.stem)
def test_a_function_of_the_docs_is_additive_and_is_learned(path: Path) -> None:
    problem = problem_of(path, n_examples=200)
    require_vocabulary(problem)
    prove(problem)
    assert settled(problem).spec.lr >= 1e-3
    assert all(np.isfinite(array).all() for array in problem.data)


def statuses(path: Path, *words: str) -> dict[tuple[str, str], str]:
    """(backend, dtype) -> what ``check`` says of it, of those that need no gradient by hand."""
    asked = ("--problem", str(path), "--device", "cpu", "--json", *words)
    rows = map(json.loads, command("check", *asked).stdout.splitlines())
    return {
        (row["backend"], row["dtype"]): f"{row['status']}: {row['reason']}"
        for row in rows
        if row["backend"] not in registry.BY_HAND
    }


@nightly
@pytest.mark.parametrize("path", FILES)
def test_engines_run_a_function_of_the_docs_as_it_is_written(path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    found = statuses(path, "--backend", "torch,jax-scan")
    assert found == {
        (name, dtype): "ok: None" for name in ("torch", "jax-scan") for dtype in DTYPES
    }


@nightly
@pytest.mark.parametrize("path", FILES)
def test_every_engine_runs_a_function_of_the_docs_or_says_why_not(path: Path) -> None:
    odd = {
        arm: told
        for arm, told in statuses(path, "--time-limit", LONG).items()
        if not told.startswith(("ok:", "unavailable:")) and not is_excused(path.stem, *arm)
    }
    assert odd == {}


def is_excused(function: str, backend: str, dtype: str) -> bool:
    """Whether docs/known-faults.md or the backend's device or dtype says why it is not right."""
    if backend.startswith("mlx"):
        return dtype == "float64" and function in {"logistic", "poisson"}  # by exp
    return backend == "torch-cudagraph" or (backend.startswith("casadi") and dtype == "float32")
