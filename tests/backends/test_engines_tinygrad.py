"""tinygrad's caches and threads: cold in every process, no more than asked, the same for all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Array, Backend
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.objective import Arrays
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.vocabulary import ARRAYS, WORDS, in_numpy
from tests.nightly import one_by_day
from tests.problems import three

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


@pytest.mark.usefixtures("tinygrad")
def test_every_word_of_the_vocabulary_means_what_numpy_means() -> None:
    from tinygrad.tensor import Tensor

    from backends.engines.tinygrad_xp import xp

    for dtype, rtol in (("float32", 1e-5), ("float64", 1e-14)):
        arrays = (array.astype(dtype) if array.dtype.kind == "f" else array for array in ARRAYS)
        tensors = [Tensor(array) for array in arrays]
        for word, phrase in WORDS.items():
            found, right = phrase(xp, *tensors).numpy(), in_numpy(phrase, dtype)
            assert (found.shape, found.dtype) == (right.shape, right.dtype), word
            np.testing.assert_allclose(found, right, rtol, rtol, err_msg=word)


@pytest.mark.parametrize("dtype", one_by_day(["float32", "float64"]))
@pytest.mark.parametrize("objective", one_by_day([three.NAME, "softmax"]))
def test_an_objective_as_written_passes_every_check(
    objective: str, dtype: str, tinygrad: Backend
) -> None:
    sizes = {} if objective == three.NAME else {"n_features": 5, "n_classes": 3}
    spec = ProblemSpec(n_examples=128, objective=objective, sizes=sizes)  # a short last batch
    problem, arm = make_problem(spec).astype(dtype), Arm(tinygrad, "cpu", dtype)
    findings = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert [finding for finding in findings if finding.failure] == []
    assert len(findings) == len(CHECKS)


def aside(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, _), (X, y) = params, batch
    return xp.sum((X @ w - y[:, None]) ** 2)


def test_what_the_loss_does_not_depend_on_stays_as_it_is(tinygrad: Backend) -> None:
    lesson = make_problem(ProblemSpec(n_examples=20)).astype("float64")
    objective = replace(lesson.objective, name="mine", loss=aside, gradient=None)
    problem = replace(lesson, objective=objective, start=(lesson.start[0], np.full((2, 3), 0.25)))
    program = tinygrad.prepare(problem, "cpu", "float64")
    for _ in range(3):  # run, captured, replayed
        params = program.epoch(program.start(), problem.orders[0])
        program.memory.wait(params)
        w, unused = program.memory.fetch(params)
        assert (w != lesson.start[0]).all()
        assert (unused == 0.25).all()
