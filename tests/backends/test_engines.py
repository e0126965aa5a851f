"""Every engine that is here passes every check, at every size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from backends import registry
from backends.checks import CHECKS
from bench.command.exits import promised
from bench.machine import n_cpus
from bench.variables import DEVICE_VARIABLES
from tests.backends.sizes import SIZES
from tests.bench.test_cli import command, rows_of
from tests.nightly import nightly, one_by_day

SLOW = {"jax-eager", "jax-manual", "torch-compile", "torch-compile-epoch"}  # to run or to compile
ON_CUDA_ONLY = {"torch-cudagraph", "cupy"}


def sizes_of(name: str) -> list[str]:
    return ["wide", "prefix"] if name in SLOW else list(SIZES)  # the last batch is short, too


def checked_at_sizes(name: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as always: frameworks in one process change each other."""
    return subprocess.run(
        [sys.executable, "-m", "tests.backends.sizes", name, *sizes_of(name)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **DEVICE_VARIABLES["cpu"]},
        capture_output=True,
        text=True,
    )


NUMPY_FIRST = sorted((e.name for e in registry.BUILT_IN), key=lambda name: name != "numpy")


@pytest.fixture(scope="module")
def at_sizes(
    request: pytest.FixtureRequest,
) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """Every backend asked for that is here, checked at its sizes; as many at once as CPUs."""
    mine = (item for item in request.session.items if item.path == request.path)
    asked = {item.callspec.params["name"] for item in mine if hasattr(item, "callspec")}
    names = [e.name for e in registry.BUILT_IN if is_expected(e) and e.name in asked]
    with ThreadPoolExecutor(n_cpus()) as pool:
        yield {name: pool.submit(checked_at_sizes, name) for name in names}
        pool.shutdown(cancel_futures=True)


def is_expected(entry: registry.Entry) -> bool:
    return bool(registry.is_installed(entry)) or entry.name in promised()


@pytest.mark.parametrize("name", one_by_day(NUMPY_FIRST))
def test_every_backend_passes_every_check_at_every_size(
    name: str, at_sizes: dict[str, Future[subprocess.CompletedProcess[str]]]
) -> None:
    entry = registry.find(name)
    if name not in at_sizes:
        pytest.skip(f"{entry.framework} is not installed: {entry.install}")
    done, sizes = at_sizes[name].result(), sizes_of(name)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(rows) == 2 * len(sizes)
    assert [row for row in rows if row["failed"]] == []
    checked_fully = {row["dtype"] for row in rows if row["n_passed"] == len(CHECKS)}
    refused = [row for row in rows if row["refusal"]]
    if name not in promised() and {row["refusal"][0] for row in refused} == {"unavailable"}:
        pytest.skip(refused[0]["refusal"][1])
    if name in ON_CUDA_ONLY:
        assert {row["refusal"][0] for row in refused} == {"unsupported"}
        assert not checked_fully
    else:
        assert checked_fully == set(entry.dtypes)
        assert {row["dtype"] for row in refused}.isdisjoint(checked_fully)


@nightly
def test_engines_are_right_at_a_thousand_features() -> None:
    words = ("--backend", "numpy,torch,jax", "--device", "cpu", "--dtype", "float32")
    rows = rows_of(command("check", *words, "--features", "1024", "--json").stdout)
    found = {row["backend"]: row["status"] for row in rows}
    assert found.pop("numpy") == "ok"
    assert set(found.values()) <= {"ok", "unavailable"}  # a framework that is not here
