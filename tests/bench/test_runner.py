"""The runner survives what its processes do, and says what that was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.runner import Runner
from bench.runner.supervisor import TOKEN
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.records import Arm, Limits, Plan
from runfiles.store import read
from tests.bench.begun import WithoutCeilings, begin, measure

HERE = "tests.bench.faulty"


def make_run(
    folder: Path,
    *backends: str,
    n_blocks: int = 1,
    seconds: float = 60.0,
    phases: tuple[str, ...] = ("epoch",),
) -> Runner:
    """A run over arms of the given backends, ready to start."""
    arms = [Arm(name, name, "cpu", "float32", named=True) for name in backends]
    problem = make_problem(ProblemSpec())
    profile = replace(PROFILES["quick"], n_blocks=n_blocks, rounds=6)
    limits = Limits(seconds=seconds, memory_bytes=2**29)
    plan = make_plan(RunRequest(profile, limits, phases=phases), Planned(arms), Case(problem))
    begin(folder, plan, problem)
    return WithoutCeilings(folder, plan)


def records(runner: Runner) -> dict[tuple[int, str], dict[str, Any]]:
    """All raw records by block and backend."""
    found = [json.loads(path.read_text()) for path in (runner.folder / "raw").glob("[0-9]*.json")]
    return {(record["block"], record["backend"]): record for record in found}


def test_a_good_arm_gets_its_rounds_its_checks_and_its_facts(tmp_path: Path) -> None:
    runner = make_run(tmp_path, "numpy")
    measure(runner)
    record = records(runner)[0, "numpy"]
    assert (record["status"], record["reason"]) == ("ok", None)
    assert len(record["phases"]["epoch"]["seconds"]) >= 6
    assert all(seconds > 0 for seconds in record["phases"]["epoch"]["seconds"])
    assert set(record["cold"]) == {"import", "prepare", "first_epoch"}
    assert record["facts"]["threads_inside_affinity"] is True
    assert record["facts"]["affinity"] is not None
    assert len(record["facts"]["affinity"]) == 1
    assert record["facts"]["call_overhead_seconds"] > 0
    assert record["facts"]["other_frameworks"] == []


def test_the_whole_traceback_of_a_crash_is_in_the_log_that_its_reason_names(tmp_path: Path) -> None:
    runner = make_run(tmp_path, f"{HERE}:stalls", n_blocks=3)
    measure(runner)
    seen = records(runner)
    log = "logs/001-00.txt"
    assert seen[1, f"{HERE}:stalls"]["reason"].endswith(f"; log: {log}")
    assert seen[2, f"{HERE}:stalls"]["reason"].endswith("; log: logs/000-00.txt")  # a copy
    told = (tmp_path / log).read_text(encoding="utf-8")
    assert "the engine stalled; caused by" in seen[0, f"{HERE}:stalls"]["reason"]
    assert "by zero (faulty.py:" in seen[0, f"{HERE}:stalls"]["reason"]
    for part in ("in epoch", "1 // 0", "ZeroDivisionError", "direct cause", "the engine stalled"):
        assert part in told


def test_what_is_measured_is_not_measured_again(tmp_path: Path) -> None:
    runner = make_run(tmp_path, "numpy", n_blocks=2)
    measure(runner)
    kept, lost = runner.raw_path(0, 0), runner.raw_path(1, 0)
    before = kept.read_bytes()
    lost.write_text(lost.read_text()[:100])
    measure(runner)
    assert kept.read_bytes() == before
    assert json.loads(lost.read_text())["status"] == "ok"


def test_an_arm_that_was_wrong_is_not_started_again(tmp_path: Path) -> None:
    runner = make_run(tmp_path, f"{HERE}:wrong", n_blocks=3)
    measure(runner)
    seen = records(runner)
    assert [seen[block, f"{HERE}:wrong"]["status"] for block in range(3)] == ["wrong"] * 3
    assert len(list((tmp_path / "logs").iterdir())) == 1


def test_an_arm_that_crashed_is_tried_once_more(tmp_path: Path) -> None:
    runner = make_run(tmp_path, f"{HERE}:exits", n_blocks=3)
    measure(runner)
    assert len(list((tmp_path / "logs").iterdir())) == 2


def test_a_stored_plan_is_the_plan(tmp_path: Path) -> None:
    plan: Plan = make_run(tmp_path, "numpy").plan
    assert read(tmp_path / "plan.json", Plan) == plan


def token_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(TOKEN, "")
    except psutil.Error:
        return ""
