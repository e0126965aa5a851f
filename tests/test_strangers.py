"""Somebody else's package, installed: found by its entry point, judged by the same checks.

Where the environment promises ``complex-step`` the package must be installed already, beside a
base that is installed too; elsewhere it is installed into a folder for these tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.command.exits import promised
from tests.nightly import nightly

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample-package"
INSTALL = ("pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs ``autograd-bench`` with the sample package installed, far from the checkout."""
    away = tmp_path_factory.mktemp("away")
    path = (
        ""
        if "complex-step" in promised()
        else f"{installed(SAMPLE, away / 'site')}{os.pathsep}{ROOT}"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bench", *words],
            capture_output=True,
            text=True,
            cwd=away,
            env=os.environ | {"PYTHONPATH": path, "COLUMNS": "80"},
            check=False,
        )

    return run


def installed(package: Path, site: Path) -> Path:
    """The folder ``site`` with ``package`` installed into it; no network is asked."""
    done = subprocess.run(
        [sys.executable, "-m", *INSTALL, "--target", str(site), str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return site


def test_list_shows_both_backends_and_the_package_they_come_from(command: Command) -> None:
    rows = [json.loads(line) for line in command("list", "--json").stdout.splitlines()]
    sources = {row["backend"]: row["source"] for row in rows}
    assert sources["numpy"] == "autograd-bench"
    assert sources["complex-step"] == sources["batch-mean"] == "autograd-bench-sample"
    assert "from autograd-bench-sample 1.0" in command("list").stdout


def test_the_right_one_passes_every_check(command: Command) -> None:
    done = command("check", "--backend", "complex-step", "--device", "cpu")
    assert done.returncode == 0, done.stdout + done.stderr
    _, *rows, counted = done.stdout.splitlines()
    assert counted == "2 ok"
    assert [(*line.split()[:3], line.split()[-1]) for line in rows] == [
        ("complex-step", "cpu", "float32", "ok"),
        ("complex-step", "cpu", "float64", "ok"),
    ]


def test_the_wrong_one_fails_and_the_check_that_saw_it_is_named(command: Command) -> None:
    done = command("check", "--backend", "batch-mean", "--device", "cpu", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3, done.stdout + done.stderr
    assert [(row["status"], row["failed_check"]) for row in rows] == [("wrong", "ragged")] * 2


@nightly
def test_a_run_measures_it_beside_ours(command: Command) -> None:
    words = ("--backend", "complex-step,numpy", "--phase", "epoch", "--out", "run")
    done = command("run", "--quick", "--blocks", "1", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("complex-step", "numpy"):
        assert any(line.split()[:1] == [name] for line in done.stdout.splitlines()), done.stdout


def test_a_backend_of_the_package_needs_no_registration(command: Command) -> None:
    words = ("--backend", "autograd_bench_sample:complex_step", "--device", "cpu")
    done = command("check", *words, "--dtype", "float32")
    assert done.returncode == 0, done.stdout + done.stderr
