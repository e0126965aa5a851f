"""TensorFlow keeps quiet and to its threads, traces once, and runs any objective as written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Array, Backend, Batch, Params
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.losses import LOSSES, gradients
from tests.nightly import one_by_day
from tests.problems.three import NAME

NAMES = ["tensorflow", "tensorflow-epoch"]

PROGRAM = """
import sys
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find(sys.argv[1]))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
facts = backend.facts("cpu")
print(facts["threads"], facts["interop_threads"], facts["tf32"])
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_process_says_nothing_and_keeps_to_its_threads(
    name: str, backend_named: Callable[[str], Backend]
) -> None:
    backend_named(name)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "1", "False"]
    assert done.stderr == ""


@pytest.mark.parametrize("name", NAMES)
def test_after_prepare_nothing_is_traced_again_not_even_for_a_short_batch(
    name: str, backend_named: Callable[[str], Backend], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = backend_named(name)
    from backends.engines.tensorflow_gradient import FORMS, linreg

    traced = []

    def counted(params: Params, batch: Batch) -> Array:
        traced.append(batch)
        return linreg(params, batch)

    monkeypatch.setitem(FORMS, "linreg", counted)
    problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
    program = backend.prepare(problem, "cpu", "float32")
    n_traced = len(traced)
    params = program.epoch(program.start(), problem.orders[0])
    if program.steps is not None:
        *_, short = program.steps.batches(problem.orders[0])
        grads = program.steps.gradient(params, short)
        assert isinstance(grads, tuple)
        assert [grad.shape for grad in grads] == [(2, 1), (1,)]
    loss = program.loss(params)
    assert len(traced) == n_traced > 0
    assert np.isfinite(loss)
    assert loss.shape == ()


@pytest.mark.parametrize("dtype", one_by_day(["float32", "float64"]))
@pytest.mark.parametrize("name", NAMES)
def test_an_objective_with_integers_among_its_data_passes_every_check(
    name: str, dtype: str, backend_named: Callable[[str], Backend]
) -> None:
    """Its last batch is short, and what is taken by index has codes twice in a batch."""
    spec = ProblemSpec(n_examples=605, objective=NAME)
    problem, arm = make_problem(spec).astype(dtype), Arm(backend_named(name), "cpu", dtype)
    assert arm.refusal(problem) is None
    findings = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert [finding for finding in findings if finding.failure] == []
    assert len(findings) == len(CHECKS)


@pytest.mark.parametrize("word", LOSSES)
def test_every_word_of_an_objective_is_differentiated_as_written(
    word: str, backend_named: Callable[[str], Backend]
) -> None:
    for got, expected in gradients(backend_named("tensorflow"), word, "float64"):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def test_a_number_alone_has_the_dtype_that_was_asked_for(
    backend_named: Callable[[str], Backend],
) -> None:
    backend_named("tensorflow")
    from backends.engines.tensorflow_xp import namespace

    for dtype in ("float32", "float64", "float32"):
        xp = namespace(dtype)
        assert xp.where(xp.exp(0.5) > 1, 0.1, 0.2).dtype == dtype
