"""Every engine is right on every registered problem, but for the faults of docs/known-faults.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from backends import registry
from backends.base import DTYPES, Backend
from bench.command.exits import promised
from bench.variables import DEVICE_VARIABLES
from problems.registry import REGISTERED
from tests.bench.test_cli import ROOT
from tests.nightly import nightly

BY_DAY = ("numpy", "torch", "jax-scan")
NAMES = [
    pytest.param(entry.name, marks=() if entry.name in BY_DAY else nightly)
    for entry in registry.BUILT_IN
]
ON_CUDA = {"torch-cudagraph", "cupy"}
OF_FLOAT64 = {"casadi", "casadi-codegen"}
UNTRAINED = {name for name, objective in REGISTERED.items() if not objective.trained}
# They have exp, which MLX computes in float32 inside float64
ROUGH = {"softmax", "mlp", "mlp-tanh", "logsumexp", "gmm"}
FAULTS = {
    *((name, problem, "float64") for name in ("mlx", "mlx-compile") for problem in ROUGH),
    *(("mlx-compile-epoch", problem, "float64") for problem in ROUGH - UNTRAINED),
}


def named(name: str) -> Backend:
    return registry.load(registry.find(name))


def checked(name: str) -> list[dict[str, Any]]:
    """The rows of a backend on every registered problem, in both dtypes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.backends.matrix", name],
        cwd=ROOT,
        env={**os.environ, **DEVICE_VARIABLES["cpu"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("name", NAMES)
def test_every_backend_passes_every_check_on_every_problem(name: str) -> None:
    entry = registry.find(name)
    if not registry.is_installed(entry) and name not in promised():
        pytest.skip(f"{entry.framework} is not installed: {entry.install}")
    found = {(row["problem"], row["dtype"]): row for row in checked(name)}
    assert set(found) == {(problem, dtype) for problem in REGISTERED for dtype in DTYPES}
    if all(row["status"] == "unavailable" for row in found.values()) and name not in promised():
        pytest.skip(found["linreg", "float32"]["reason"])
    wrong = {key for key, row in found.items() if row["status"] not in ("ok", "unsupported")}
    assert wrong == {key[1:] for key in FAULTS if key[0] == name}, found
    refused = {key[0] for key, row in found.items() if row["status"] == "unsupported"}
    assert all(row["reason"] for row in found.values() if row["status"] == "unsupported")
    runs = {key[0] for key, row in found.items() if row["status"] != "unsupported"}
    if name in ON_CUDA:
        assert not runs
    else:
        kernels = {"numba": REGISTERED.keys() - UNTRAINED}.get(name, REGISTERED.keys())
        of_epochs = UNTRAINED if named(name).execution == "compiled epoch" else set()
        assert runs == {*kernels} - of_epochs
        assert refused == ({*REGISTERED} if name in OF_FLOAT64 else {*REGISTERED} - runs)
