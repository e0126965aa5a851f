"""tinygrad's caches and threads: cold in every process, no more than asked, the same for all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends.base import Backend
from problems.problem import make_problem
from problems.spec import ProblemSpec

PROGRAM = """
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find("tinygrad"))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
from tinygrad.helpers import BEAM, DEBUG, JIT, NOOPT, getenv
settings = [setting.value for setting in (JIT, BEAM, NOOPT, DEBUG)]
print(backend.facts("cpu")["threads"], *settings, getenv("JITBEAM", BEAM.value))
"""


@pytest.fixture
def tinygrad(backend_named: Callable[[str], Backend]) -> Backend:
    backend = backend_named("tinygrad")
    refusal = backend.supports(make_problem(ProblemSpec()), "cpu", "float32")
    if refusal is not None:
        pytest.skip(refusal[1])
    return backend


@pytest.mark.usefixtures("tinygrad")
def test_an_epoch_keeps_to_its_threads_and_settings_and_leaves_the_users_cache_alone(
    tmp_path: Path,
) -> None:
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    others = {"JIT": "0", "BEAM": "2", "JITBEAM": "2", "NOOPT": "1", "DEBUG": "4"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **home, **others, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "1", "0", "0", "0", "0"]
    assert list(tmp_path.rglob("*")) == []


def test_more_examples_than_int32_counts_are_refused(tinygrad: Backend) -> None:
    problem = make_problem(ProblemSpec())
    huge = replace(problem, spec=replace(problem.spec, n_examples=2**31))
    refusal = tinygrad.supports(huge, "cpu", "float32")
    assert refusal is not None
    status, reason = refusal
    assert status == "unsupported"
    assert str(2**31) in reason


def test_an_order_is_run_in_calls_of_25_steps_and_a_rest(tinygrad: Backend) -> None:
    """The calls write where the last ones did: a whole one, another, and a shorter one."""
    problem = make_problem(ProblemSpec(n_examples=56, batch_size=1, lr=0.01)).astype("float64")
    program = tinygrad.prepare(problem, "cpu", "float64")
    seen = []
    for _ in range(3):  # run, captured, replayed
        after = program.epoch(program.start(), problem.orders[0])
        program.memory.wait(after)
        seen.append(program.memory.fetch(after))
    params, gradient = problem.start, problem.objective.gradient
    assert gradient is not None
    for i in problem.orders[0]:
        grads = gradient(np, params, problem.batch(np.array([i])))
        params = tuple(p - 0.01 * grad for p, grad in zip(params, grads, strict=True))
    for got in seen:
        for array, expected in zip(got, params, strict=True):
            assert array == pytest.approx(expected, abs=1e-12)
