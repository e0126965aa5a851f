"""A device beyond the cpu, played by one that is not there: phases, checks, the GPU's account."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends.arm import Arm
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from backends.checks.timing import check_wait
from backends.errors import CheckFailed
from bench.runner.plan import PROFILES, plan_phases
from bench.runner.request import Planned, RunRequest, make_plan
from bench.worker.gpu import gpu_facts
from bench.worker.phases import OF_A_PROBLEM, epoch
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from runfiles import records
from runfiles.phases import DEVICE, OPERATORS, REPEATED
from tests.bench.begun import WithoutCeilings, begin, measure
from tests.bench.fake_device import (
    FakeArray,
    FarProgram,
    HalfHastyKeeping,
    Hasty,
    HastyKeeping,
    Keeping,
    fake_device,
)

DRIVER = """#!/bin/sh
echo "{answer}"
"""


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A driver's tool that tells of a GPU which is not there."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text(DRIVER.format(answer="Tesla, 550.1, 81559, 1410, 1980, 41, [N/A]"))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent), prepend=":")
    return tool


@pytest.fixture(scope="module")
def lesson() -> Problem:
    return make_problem(ProblemSpec()).astype("float32")


def test_far_arrays_pass_every_check_as_arrays_of_the_device(lesson: Problem) -> None:
    arm = Arm(fake_device, "cuda", "float32")
    findings = run_checks(Subject(arm, Case(lesson), arm.prepare(lesson)))
    assert [finding for finding in findings if finding.failure] == []
    assert len(findings) == len(CHECKS)


@pytest.mark.parametrize(
    ("phase", "n_waits"), [("epoch", 1), ("step", 1), ("gradient", 1), ("waited_step", 100)]
)
def test_a_device_is_waited_for_once_a_call_or_after_each_step(
    phase: str, n_waits: int, lesson: Problem
) -> None:
    program = FarProgram(lesson)
    if phase == "epoch":
        call = epoch(program, lambda: (lesson.orders[0],))
    else:
        call = OF_A_PROBLEM[phase](program, lesson)
    before = program.n_waits
    call()
    assert program.n_waits - before == n_waits
    assert program.queue == []


def test_an_epoch_is_on_its_way_until_it_is_waited_for(lesson: Problem) -> None:
    program = FarProgram(lesson)
    params = program.epoch(program.start(), lesson.orders[0])
    assert len(program.queue) > 100
    assert params[0].values.size == 0
    program.wait(params)
    assert params[0].values.shape == (2, 1)


@pytest.mark.parametrize("hasty", [Hasty, HastyKeeping, HalfHastyKeeping])
def test_a_wait_that_returns_too_early_is_caught(hasty: type[FarProgram], lesson: Problem) -> None:
    with pytest.raises(CheckFailed, match="of the time of an epoch came after wait"):
        check_wait(with_counted_work(hasty(lesson), lesson))


@pytest.mark.parametrize("right", [FarProgram, Keeping])
def test_a_fetch_that_costs_no_more_than_bringing_the_numbers_is_no_late_work(
    right: type[FarProgram], lesson: Problem
) -> None:
    """Where an array keeps what was fetched, its second fetch says nothing of the first."""
    assert check_wait(with_counted_work(right(lesson), lesson)) == {}


def with_counted_work(program: FarProgram, lesson: Problem) -> Subject:
    """The clock counts the arrays computed, so nothing depends on the machine's speed."""
    arm = Arm(fake_device, "cuda", "float32")
    return Subject(arm, Case(lesson), program, clock=lambda: float(FakeArray.n_done))


def test_phases_of_a_far_device_are_planned_where_an_arm_is_on_one() -> None:
    assert not {"waited_step", "transfer"} & set(plan_phases([], ["cpu"]))
    assert {"waited_step", "transfer"} <= set(plan_phases([], ["cpu", "cuda"]))
    assert plan_phases(["transfer", "epoch"], ["cpu"]) == ("epoch", "transfer")


def test_a_run_on_a_far_device_times_all_its_phases_and_asks_the_driver(
    tmp_path: Path, driver: Path
) -> None:
    record = measured(tmp_path / "run", "cuda")
    assert (record["status"], record["reason"]) == ("ok", None)
    assert set(record["phases"]) == {*REPEATED} - {*OPERATORS}
    assert record["facts"]["framework"]["device_peak_bytes"] == 12345
    for phase in record["phases"].values():
        assert phase["gpu"]["sm_clock_mhz"] == 1410
        assert phase["gpu"]["watts"] is None
        assert "extra_memory_bytes" not in phase  # which is the host's


def test_on_the_cpu_a_phase_of_far_devices_says_why_it_is_not_there(tmp_path: Path) -> None:
    record = measured(tmp_path / "run", "cpu", "numpy")
    assert set(record["phases"]) == {*REPEATED} - {*OPERATORS, *DEVICE}
    assert "devices other than the cpu" in record["absent"]["transfer"]
    assert not any("gpu" in phase for phase in record["phases"].values())


def measured(
    folder: Path, device: str, backend: str = "tests.bench.fake_device:fake_device"
) -> dict[str, Any]:
    """The raw record of one process that times every phase."""
    arm = records.Arm(backend, backend, device, "float32", named=True)
    problem = make_problem(ProblemSpec(n_examples=200))
    profile = replace(PROFILES["quick"], n_blocks=1, rounds=6)
    asked = RunRequest(profile, records.Limits(), phases=REPEATED)
    plan = make_plan(asked, Planned([arm]), Case(problem))
    begin(folder, plan, problem)
    measure(WithoutCeilings(folder, plan))
    record: dict[str, Any] = json.loads((folder / "raw" / "000-00.json").read_text())
    return record


@pytest.mark.parametrize(
    "answer", ["", "No devices were found", "a, b", "a, b, c, d, e, f, g, h, i"]
)
def test_a_driver_that_tells_no_gpu_leaves_no_facts(answer: str, driver: Path) -> None:
    driver.write_text(DRIVER.format(answer=answer))
    assert gpu_facts() == {}


def test_a_driver_that_fails_or_is_missing_leaves_no_facts(
    driver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.write_text("#!/bin/sh\nexit 9\n")
    assert gpu_facts() == {}
    monkeypatch.setenv("PATH", "/nowhere")
    assert gpu_facts() == {}
