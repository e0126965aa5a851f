"""TensorFlow keeps quiet and to its threads, and traces nothing again for a short batch."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.base import Array, Backend, Batch, Params
from problems.problem import make_problem
from problems.spec import ProblemSpec

PROGRAM = """
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find("tensorflow"))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
facts = backend.facts("cpu")
print(facts["threads"], facts["interop_threads"], facts["tf32"])
"""


@pytest.fixture
def tensorflow(backend_named: Callable[[str], Backend]) -> Backend:
    return backend_named("tensorflow")


@pytest.mark.usefixtures("tensorflow")
def test_a_process_says_nothing_and_keeps_to_its_threads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "1", "False"]
    assert done.stderr == ""


def test_after_prepare_nothing_is_traced_again_not_even_for_a_short_batch(
    tensorflow: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backends.engines.tensorflow_tape import KERNELS, linreg

    traced = []

    def counted(params: Params, batch: Batch) -> Array:
        traced.append(batch)
        return linreg(params, batch)

    monkeypatch.setitem(KERNELS, "linreg", counted)
    problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
    program = tensorflow.prepare(problem, "cpu", "float32")
    assert program.steps is not None
    n_traced = len(traced)
    params = program.epoch(program.start(), problem.orders[0])
    *_, short = program.steps.batches(problem.orders[0])
    grads, loss = program.steps.gradient(params, short), program.loss(params)
    assert len(traced) == n_traced > 0
    assert np.isfinite(loss)
    assert loss.shape == ()
    assert isinstance(grads, tuple)
    assert [grad.shape for grad in grads] == [(2, 1), (1,)]
