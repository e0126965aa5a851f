"""MLX leaves nothing behind, traces once, waits for all, and runs any objective as written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend, Batch, Params
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.losses import LOSSES, gradients
from tests.nightly import one_by_day
from tests.problems.three import NAME

needs_compiler = pytest.mark.skipif(
    shutil.which("g++") is None, reason="mx.compile needs g++: apt install g++"
)
COMPILED = ["mlx-compile", "mlx-compile-epoch"]

PROGRAM = """
import os
import sys
from pathlib import Path
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find(sys.argv[1]))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
print(len(list(Path(os.environ["TMPDIR"]).rglob("*.so"))))
"""


@needs_compiler
@pytest.mark.parametrize("name", one_by_day(COMPILED))
def test_what_is_compiled_is_gone_when_the_process_ends(
    name: str, backend_named: Callable[[str], Backend], tmp_path: Path
) -> None:
    backend_named(name)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) > 0
    assert list(tmp_path.rglob("*")) == []


def test_wait_runs_the_graph_of_every_array_however_deep(
    backend_named: Callable[[str], Backend],
) -> None:
    program = backend_named("mlx").prepare(make_problem(ProblemSpec()), "cpu", "float32")
    import mlx.core as mx

    first, second, third = (mx.zeros(1000) + number for number in range(3))
    before = mx.get_active_memory()  # what is not run yet takes no memory
    program.memory.wait([(first, [second]), [((third,),)]])
    after = mx.get_active_memory()
    assert after - before > 10_000  # three arrays of 4000 bytes, less what described them
    program.memory.fetch((first, second, third))
    assert mx.get_active_memory() == after


@needs_compiler
def test_after_the_first_epoch_no_run_of_steps_is_traced_again(
    backend_named: Callable[[str], Backend], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole runs are of one length, and the last of an epoch is of another."""
    backend = backend_named("mlx-compile-epoch")
    from backends.engines.mlx_compile_epoch import FORMS, STEPS_A_CALL, steps_of_linreg

    lengths = []

    def counted(params: Params, examples: Batch, size: int, rate: float) -> Params:
        lengths.append(len(examples[0]))
        return steps_of_linreg(params, examples, size, rate)

    monkeypatch.setitem(FORMS, "linreg", counted)
    problem = make_problem(ProblemSpec(n_examples=25 * STEPS_A_CALL + 7)).astype("float32")
    program = backend.prepare(problem, "cpu", "float32")
    params = program.start()
    for order in problem.orders:
        params = program.epoch(params, order)
    program.memory.wait(params)
    assert lengths == [10 * STEPS_A_CALL, 5 * STEPS_A_CALL + 7]
    assert backend.facts("cpu")["steps_a_call"] == STEPS_A_CALL


@needs_compiler
@pytest.mark.parametrize("dtype", one_by_day(["float32", "float64"]))
@pytest.mark.parametrize("name", ["mlx", *COMPILED])
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
    for got, expected in gradients(backend_named("mlx"), word, "float32"):
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5 * scale)
