"""A run measured by a fleet is a run like any other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.machine import n_cpus
from runfiles.load import load_run
from tests.conftest import ROOT
from tests.fleet.cluster import Cluster, cluster, ended, measuring, until
from tests.fleet.sham_run import name_of
from tests.nightly import nightly

pytest.importorskip("distributed")
ARMS = "numpy,tests.bench.faulty:talks,tests.bench.faulty:flees"  # and the null arm
ASKED = ["--quick", "--backend", ARMS, "--examples", "200", "--epochs", "1", "--phase", "epoch"]


def command(*words: str) -> subprocess.Popen[str]:
    """The command with ``words``, begun."""
    whole = [sys.executable, "-m", "bench", *words]
    return subprocess.Popen(whole, cwd=ROOT, stdout=-1, stderr=-1, text=True)


def done(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code and what it said on standard error."""
    _, said = process.communicate(timeout=300)
    return process.returncode, said


def confined() -> dict[str, dict[str, Any]]:
    """Two workers on this machine, each on a CPU of its own where there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    return {"first": {"cpus": {cpus[0]}, "as": None}, "second": {"cpus": {cpus[-1]}, "as": None}}


def names(folder: Path) -> set[str]:
    """What lies in a run's folder, of its first block; logs come back of what failed alone."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    later = ("001", "002", "003")
    return {n.as_posix() for n in found if n.parts[0] != "logs" and not n.name.startswith(later)}


def cells(folder: Path) -> set[tuple[str, str]]:
    """The cells of a run's report."""
    document = json.loads((folder / "report" / "cells.json").read_text())
    return {(cell["arm"], cell["phase"]) for cell in document["cells"]}


@pytest.mark.alone
@pytest.mark.skipif(n_cpus() < 2, reason="needs two CPUs, one for each worker")
def test_two_workers_measure_what_one_machine_would(tmp_path: Path) -> None:
    """Every record once, of one machine, and the same files and cells as without a fleet."""
    with cluster(tmp_path, confined()) as hosts:
        words = [*ASKED, "--blocks", "4", "--out", str(tmp_path / "fleet")]
        code, said = done(command("run", *words, "--fleet", hosts.address))
        assert all("measured" in hosts.errands(worker) for worker in hosts.workers), said
    assert code in (0, 2), said  # 2: too busy a machine to say
    assert "block 1 of 4 is done" in said
    run = load_run(tmp_path / "fleet")
    assert sorted((one.block, one.arm) for one in run.processes) == [
        (block, arm) for block in range(4) for arm in range(4)
    ]
    assert {one.status for one in run.processes} == {"ok"}
    assert len({(one.machine, one.sources) for one in run.processes}) == 1
    assert {one.machine for one in run.ceilings} == {run.processes[0].machine}
    assert run.plan.environment["cpus"] == 1
    code, said = done(command("run", *ASKED, "--blocks", "1", "--out", str(tmp_path / "here")))
    assert code in (0, 2), said
    here = load_run(tmp_path / "here")
    assert cells(tmp_path / "fleet") == cells(tmp_path / "here")
    assert names(tmp_path / "fleet") == names(tmp_path / "here")
    assert {one.machine for one in here.processes} == {run.processes[0].machine}
    assert {one.sources for one in here.processes} == {run.processes[0].sources}


def killed(kind: str, hosts: Cluster, folder: Path, process: subprocess.Popen[str]) -> None:
    """Kill one of a ``kind`` as soon as there is one."""
    until((folder / "plan.json").exists)
    run = name_of(folder)
    marks = {"arm": "test_phases.py", "block": "bench.fleet.block"}
    if kind in marks:
        found = until(lambda: [p for p in measuring(run) if marks[kind] in " ".join(p.cmdline())])
        found[0].kill()
    else:
        n_files = 0 if kind == "worker" else 4  # one block is in, the other is measured
        until(lambda: measuring(run) and len([*(folder / "raw").glob("*.json")]) >= n_files)
        parts = {"worker": hosts.workers["one"], "scheduler": hosts.scheduler}
        if kind == "command":
            process.send_signal(signal.SIGKILL)
        elif (part := parts[kind]) is not None:
            ended(part)


@nightly
@pytest.mark.parametrize("kind", ["worker", "block", "arm", "scheduler", "command"])
def test_one_kill_in_a_real_run_costs_nothing_that_was_finished(kind: str, tmp_path: Path) -> None:
    with cluster(tmp_path, {"one": {}, "two": {}}) as hosts:
        out = str(tmp_path / "run")
        words = [*ASKED, "--blocks", "2", "--out", out, "--fleet", hosts.address]
        process = command("run", *words)
        killed(kind, hosts, Path(out), process)
        code, said = done(process)
        before = {p.name: p.read_bytes() for p in Path(out, "raw").glob("*")}
        assert before or kind not in ("scheduler", "command")
        until(lambda: not measuring(name_of(Path(out))), 20)
    with cluster(tmp_path, {"one": {}, "two": {}}) as hosts:
        resumed, told = done(command("run", "--resume", out, "--fleet", hosts.address))
    after = {path.name: path.read_bytes() for path in Path(out, "raw").glob("*")}
    assert set(after) == {f"{block:03d}-{arm:02d}.json" for block in range(2) for arm in range(4)}
    assert {name: after[name] for name in before} == before
    assert ("is gone (" in said) == (kind == "scheduler"), said
    busy = 2  # too busy a machine to say
    codes = {"arm": (4, busy), "scheduler": (2,), "command": (-signal.SIGKILL,)}
    assert code in codes.get(kind, (0, busy)), said
    assert resumed in ((4, busy) if kind == "arm" else (0, busy)), told
