"""MLX compiles anew in each process and leaves nothing behind; ``wait`` finds every array."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.base import Backend
from problems.problem import make_problem
from problems.spec import ProblemSpec

PROGRAM = """
import os
from pathlib import Path
from backends import registry
from problems.problem import make_problem
from problems.spec import ProblemSpec
backend = registry.load(registry.find("mlx-compile"))
problem = make_problem(ProblemSpec(n_examples=25)).astype("float32")
program = backend.prepare(problem, "cpu", "float32")
program.memory.wait(program.epoch(program.start(), problem.orders[0]))
print(len(list(Path(os.environ["TMPDIR"]).rglob("*.so"))))
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="mx.compile needs g++: apt install g++")
def test_what_is_compiled_is_gone_when_the_process_ends(
    backend_named: Callable[[str], Backend], tmp_path: Path
) -> None:
    backend_named("mlx-compile")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
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
