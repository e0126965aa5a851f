"""Nothing that is finished is lost, whatever ends the command."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.runner import run_folder
from bench.runner.lock import locked
from bench.runner.plan import PROFILES, profile_in
from runfiles.records import Interpreters, Plan
from runfiles.store import read, write
from tests.bench.test_cli import ROOT, command
from tests.bench.test_runner import make_run
from tests.nightly import one_by_day


def raw_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "raw").glob("[0-9]*.json")}


@pytest.mark.parametrize("n_kills", one_by_day([2, 10]))
def test_a_run_killed_often_ends_as_an_undisturbed_one_and_measures_nothing_twice(
    tmp_path: Path, n_kills: int
) -> None:
    runner = make_run(tmp_path, "numpy", "tests.bench.faulty:wrong", n_blocks=1 + n_kills)
    rng = random.Random(20261124)
    resume = [sys.executable, "-m", "bench", "run", "--resume", str(tmp_path)]
    seen: dict[str, bytes] = {}
    for _ in range(n_kills):
        process = subprocess.Popen(resume, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.3, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = raw_files(tmp_path)
        assert {name: now[name] for name in seen} == seen
        seen = now
    assert command("run", "--resume", str(tmp_path)).returncode == 3
    now = raw_files(tmp_path)
    assert {name: now[name] for name in seen} == seen
    planned = {f"{b:03d}-{a:02d}.json" for b, arms in enumerate(runner.plan.blocks) for a in arms}
    assert set(now) == planned
    assert not [path for path in (tmp_path / "raw").iterdir() if path.name not in planned]


def test_two_commands_do_not_measure_in_one_folder(tmp_path: Path) -> None:
    make_run(tmp_path, "numpy")
    with locked(tmp_path):
        done = command("run", "--resume", str(tmp_path))
    assert done.returncode == 2
    assert "is being measured by another command" in done.stderr


def test_a_run_is_not_resumed_in_a_changed_environment(tmp_path: Path) -> None:
    make_run(tmp_path, "numpy")
    path = tmp_path / "plan.json"
    record = json.loads(path.read_text())
    record["environment"]["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(record))
    with pytest.raises(BadInput, match=r"versions was .*'numpy': '1.0'.*Restore it"):
        run_folder.require_unchanged(tmp_path, read(tmp_path / "plan.json", Plan))
    assert command("run", "--resume", str(tmp_path)).returncode == 2


def test_a_run_begun_without_orders_of_timed_calls_is_not_resumed(tmp_path: Path) -> None:
    """Its blocks were measured over one order, the further ones would not be."""
    make_run(tmp_path, "numpy")
    (tmp_path / "problem/timed_orders.npy").unlink()
    done = command("run", "--resume", str(tmp_path))
    assert done.returncode == 2
    assert "cannot read the orders of timed calls" in done.stderr
    assert "Start a new run." in done.stderr
    assert not raw_files(tmp_path)


def test_a_run_whose_interpreter_is_gone_is_not_resumed_and_says_which(tmp_path: Path) -> None:
    make_run(tmp_path / "run", "numpy")
    gone = str(tmp_path / "gone" / "bin" / "python")
    write(tmp_path / "run" / "interpreters.json", Interpreters(paths={"gone": gone}))
    done = command("run", "--resume", str(tmp_path / "run"))
    assert done.returncode == 2
    assert f"{gone!r} is no Python interpreter; expected an executable" in done.stderr
    assert not raw_files(tmp_path / "run")


def test_a_run_whose_plan_tells_less_of_its_machine_is_resumed(tmp_path: Path) -> None:
    make_run(tmp_path, "numpy")
    path = tmp_path / "plan.json"
    record = json.loads(path.read_text())
    for key in ("cpu_quota", "host_cpus", "host_memory_bytes"):  # as before they were looked for
        del record["environment"][key]
    del record["rounds"], record["max_discards"]
    path.write_text(json.dumps(record))
    plan = read(tmp_path / "plan.json", Plan)
    assert "cpu_quota" not in plan.environment
    assert profile_in(plan) == replace(PROFILES["quick"], n_blocks=len(plan.blocks))
    run_folder.require_unchanged(tmp_path, plan)  # raises where it is not


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_is_a_clear_error_and_earlier_files_stay_readable(tmp_path: Path) -> None:
    size = ["-o", "size=680k"]
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", *size, "tmpfs", str(tmp_path)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        make_run(tmp_path / "r", "numpy", n_blocks=30)
        done = command("run", "--resume", str(tmp_path / "r"))
        assert done.returncode == 2
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        kept = raw_files(tmp_path / "r")
        assert kept
        assert all(json.loads(content)["status"] == "ok" for content in kept.values())
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
