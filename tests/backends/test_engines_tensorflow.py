"""TensorFlow keeps quiet and to its threads, and traces nothing again for a short batch."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.base import Backend
from backends.problem import ProblemSpec, make_problem

PROGRAM = """
from backends import registry
from backends.problem import ProblemSpec, make_problem
backend = registry.load(registry.find("tensorflow"))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
prepared = backend.prepare(problem, "cpu", "float32")
prepared.wait(prepared.epoch(prepared.start(), problem.orders[0]))
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
    problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
    prepared = tensorflow.prepare(problem, "cpu", "float32")
    assert prepared.stepwise is not None

    def untraced(*_: object) -> None:
        raise AssertionError("traced again; expected the trace of prepare")

    monkeypatch.setattr("backends.engines.tensorflow_tape.summed_loss", untraced)
    params = prepared.epoch(prepared.start(), problem.orders[0])
    *_, short = prepared.stepwise.batches(problem.orders[0])
    grads, loss = prepared.stepwise.gradient(params, short), prepared.loss(params)
    assert np.isfinite(loss)
    assert loss.shape == ()
    assert isinstance(grads, tuple)
    assert [grad.shape for grad in grads] == [(2, 1), (1,)]
