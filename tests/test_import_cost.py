"""Importing a layer loads no framework, and ``list`` needs none."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRAMEWORKS = ("torch", "jax", "jaxlib", "tensorflow", "mlx", "numba", "dask", "distributed")


def loaded_by(code: str) -> set[str]:
    """The frameworks in ``sys.modules`` of a fresh interpreter after ``code``."""
    report = (
        f"{code}\nimport sys; print(*[n for n in {(*FRAMEWORKS, 'numpy')} if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split()) if done.stdout.strip() else set()


@pytest.mark.parametrize(
    "module",
    [
        *("backends", "backends.base", "backends.checks", "backends.registry"),
        *("problems", "problems.oracle", "problems.room", "problems.store"),
        *(
            "bench",
            "bench.command.cli",
            "bench.runner.runner",
            "bench.worker.process",
            "bench.runner.plan",
            "bench.fleet.block",
            "bench.fleet.session",
            "bench.conftest",
        ),
        *("reports", "runfiles.load", "reports.findings.findings", "reports.outputs.tables"),
        "reports.outputs.page",
    ],
)
def test_importing_a_layer_loads_no_framework(module: str) -> None:
    assert loaded_by(f"import {module}") - {"numpy"} == set()


@pytest.mark.parametrize(
    "module", ["bench.command.cli", "bench.worker.process", "bench.conftest", "backends.registry"]
)
def test_what_runs_before_the_threads_are_set_loads_no_numpy(module: str) -> None:
    assert loaded_by(f"import {module}") == set()


def test_listing_the_backends_loads_neither_numpy_nor_a_framework() -> None:
    assert loaded_by("from bench.command.listing import listing; listing()") == set()


@pytest.mark.parametrize("module", ["bench.conftest", "bench.test_phases", "bench.worker.ceilings"])
def test_a_worker_needs_none_of_the_commands_libraries(module: str) -> None:
    """Nothing that is imported sooner or later: ``None`` in ``sys.modules`` makes that fail."""
    lacking = dict.fromkeys(("msgspec", "jinja2", "matplotlib", "typer", "rich", "psutil", "scipy"))
    assert loaded_by(f"import sys; sys.modules.update({lacking})\nimport {module}") == set()
