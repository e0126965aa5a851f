"""A process of a run is sealed: what surrounds the command changes no arm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.interpreters import environment, like_this_one, marked, plant_numpy
from tests.bench.test_cli import ROOT, command, rows_of
from tests.nightly import nightly, one_by_day
from tests.test_docs import block
from tests.test_strangers import installed

HOSTILE = "raise SystemExit('{} was imported from {}')"
SWITCHES = {
    "PYTHONTRACEMALLOC": "1",
    "PYTHONMALLOC": "malloc_debug",
    "PYTHONPROFILEIMPORTTIME": "1",
    "PYTEST_ADDOPTS": "--no-such-option",
    "PYTEST_PLUGINS": "no_such_plugin",
    "OPENBLAS_VERBOSE": "1",
    "NPY_DISABLE_CPU_FEATURES": "AVX2",
    "GLIBC_TUNABLES": "glibc.malloc.check=1",
    "COVERAGE_PROCESS_START": "no-such-file",
}
PLANTED = ("numpy", "torch", "pytest", "threadpoolctl", "typer", "backends", "runfiles", "conftest")


def from_checkout(site: Path) -> None:
    """The suite as ``pip install -e`` brings it: a line that names the clone."""
    (site / "suite.pth").write_text(f"{ROOT}\n")


def from_wheel(site: Path) -> None:
    """The suite as a wheel brings it: its packages beside everybody's, a conftest.py above."""
    installed(ROOT, site)
    (site / "conftest.py").write_text(HOSTILE.format("conftest", "above the suite"))
    (site / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")


def plant(folder: Path, *names: str) -> Path:
    """``folder`` with modules that must not be imported, and pytest's own files."""
    folder.mkdir()
    for name in names:
        (folder / f"{name}.py").write_text(HOSTILE.format(name, folder.name))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    return folder


@pytest.fixture(scope="module", params=one_by_day([from_wheel, from_checkout]))
def sealed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command of an interpreter of its own amid everything that could lead it astray."""
    folder = tmp_path_factory.mktemp("sealed")
    site = like_this_one(folder / "main")
    request.param(site)
    plant_numpy(site, "main")
    path = plant(folder / "path", *PLANTED)
    work = plant(folder / "work", *PLANTED, "bench", "json", "typing")
    (work / "my_engine.py").write_text(block("python"))
    for name in ("old", "new"):
        environment(folder / name, name)

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [folder / "main" / "bin" / "python", "-P", "-m", "bench", *words],
            capture_output=True,
            text=True,
            cwd=work,
            env=os.environ | {"PYTHONPATH": str(path)} | variables,
            check=False,
        )

    return run


def test_each_arm_measures_its_own_framework_whatever_surrounds_the_command(
    sealed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    arms = ("--backend", "numpy", "--arm", "numpy@../old", "--arm", "numpy@../new")
    plan = ("--quick", "--blocks", "1", "--phase", "epoch", "--out", str(out))
    done = sealed("run", *plan, *arms, **SWITCHES)
    names = [arm["name"] for arm in json.loads((out / "plan.json").read_text())["arms"]]
    records = [json.loads(path.read_text()) for path in sorted((out / "raw").glob("*.json"))]
    told = [(names[one["arm"]], one["status"], one["reason"]) for one in records]
    assert done.returncode == 0, (told, done.stderr[-2000:])
    versions = {names[one["arm"]]: one["framework_version"] for one in records}
    assert versions == {
        "numpy": marked("main"),
        "numpy@old": marked("old"),
        "numpy@new": marked("new"),
        "numpy (null)": marked("main"),
    }
    assert json.loads((out / "ceilings" / "000.json").read_text())["status"] == "ok"
    assert set(SWITCHES) <= set(records[0]["facts"]["dropped_switches"])


def test_a_class_in_the_working_folder_is_found_though_nothing_else_there_is(
    sealed: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    words = ("check", "--backend", "my_engine:my_engine", "--device", "cpu", "--json")
    done = sealed(*words, **SWITCHES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [row["status"] for row in rows_of(done.stdout)] == ["ok", "ok"]
    told = " ".join(done.stderr.split())
    assert "Set, and not passed on:" in told
    assert all(name in told for name in SWITCHES)


@nightly
def test_a_class_of_the_working_folder_is_not_taken_to_another_interpreter(
    sealed: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    arms = ("--backend", "numpy", "--arm", "my_engine:my_engine@../old")
    plan = ("--quick", "--blocks", "1", "--phase", "epoch", "--out", str(tmp_path / "run"))
    done = sealed("run", *plan, *arms)
    assert done.returncode == 4, done.stderr
    told = " ".join(done.stdout.split())
    assert "no module 'my_engine' on the path" in told
    assert "Install its package into the interpreter that runs it" in told


@nightly
@pytest.mark.parametrize("name", ["PYTHONTRACEMALLOC", "PYTHONMALLOC", "PYTHONDEVMODE"])
def test_what_is_active_because_it_was_kept_is_refused_with_exit_code_2(name: str) -> None:
    value = {"PYTHONMALLOC": "debug"}.get(name, "1")
    words = ("check", "--backend", "numpy", "--device", "cpu", "--dtype", "float32", "--json")
    (row,) = rows_of(command(*words, **{name: value}).stdout)
    assert (row["status"], row["reason"]) == ("ok", None)
    done = command(*words, "--keep-env", name, **{name: value})
    (row,) = rows_of(done.stdout)
    assert done.returncode == 2
    assert row["status"] == "refused"
    assert "active; expected a process that nothing instruments" in row["reason"]


def test_a_kept_variable_reaches_the_arms_and_its_value_is_not_stored(tmp_path: Path) -> None:
    (tmp_path / "teller.py").write_text(
        f"{block('python')}\n\nimport os\n\n\n"
        "def told(device):\n"
        "    return {'version': '1', 'heard': ' '.join(map(str, [\n"
        "        os.environ.get('MY_PRIVATE_SETTING') == ' '.join(('very', 'private')),\n"
        "        os.environ.get('MY_OTHER_SETTING')]))}\n\n\n"
        "teller = SimpleNamespace(**{**vars(my_engine), 'facts': told})\n"
    )
    out = tmp_path / "run"
    plan = ("--quick", "--blocks", "1", "--phase", "epoch", "--out", str(out))
    words = ("run", *plan, "--backend", "teller:teller", "--keep-env", "MY_PRIVATE_SETTING")
    private = {"MY_PRIVATE_SETTING": "very private", "MY_OTHER_SETTING": "1"}
    done = command(*words, **private, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 0, done.stderr
    record = json.loads((out / "raw" / "000-00.json").read_text())
    assert record["facts"]["framework"]["heard"] == "True None"
    assert set(record["facts"]["kept_variables"]) == {"MY_PRIVATE_SETTING"}
    kept = [path for path in out.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"very private" in path.read_bytes()]
    changed = command("run", "--resume", str(out), MY_PRIVATE_SETTING="another")
    assert changed.returncode == 2
    assert "a variable of --keep-env has another value" in changed.stderr


def by_hand(*words: str) -> subprocess.CompletedProcess[str]:
    """What ``pytest bench`` does with ``words``."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "bench", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if "XDIST" not in name},
        check=False,
    )


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [("opens_its_pool", "refused: the"), ("doubled", "wrong: gradient")],
)
def test_by_hand_the_verdict_comes_before_anything_is_written(
    fault: str, verdict: str, tmp_path: Path
) -> None:
    plain, junit = tmp_path / "plain.json", tmp_path / "junit.xml"
    done = by_hand(
        *("--backend", f"tests.bench.faulty:{fault}", "--phase", "epoch", "-k", "test_phase"),
        *(f"--benchmark-json={plain}", f"--junit-xml={junit}", "--benchmark-autosave"),
        f"--benchmark-storage={tmp_path / 'stored'}",
    )
    assert done.returncode == 1, done.stdout
    assert verdict in done.stdout
    stored = list((tmp_path / "stored").rglob("*.json"))
    assert stored
    for path in (plain, *stored):
        found: dict[str, Any] = json.loads(path.read_text())
        assert found["benchmarks"] == []
        assert verdict.startswith(found["autograd_bench"]["status"])
    assert 'failures="1"' in junit.read_text()
    assert verdict in junit.read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-p", "no:benchmark"], "pytest-benchmark, which is not loaded"),
        (["-n", "2"], "one process an arm"),
    ],
)
def test_by_hand_what_it_cannot_do_is_refused_with_what_to_leave_out(
    words: list[str], told: str
) -> None:
    if "-n" in words:
        pytest.importorskip("xdist", reason="workers in parallel are pytest-xdist's")
    done = by_hand("--backend", "numpy", "--phase", "epoch", *words)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert told in done.stderr
    assert "Traceback" not in done.stderr
