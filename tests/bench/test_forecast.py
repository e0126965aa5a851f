"""How long a run takes is said beforehand, after its first block, and every minute."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from msgspec import structs

from bench.command.progress import Narrator, repeated
from bench.runner.arms import null_arm, plan_arms
from bench.runner.forecast import Stage, Stopwatch, beforehand, seconds_a_process, spoken
from bench.runner.lock import locked
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.run_folder import HeldRun
from bench.runner.sizes import expected_length
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.records import Arm, Interpreters, Limits, Plan
from tests.nightly import nightly

ARMS, BLOCKS = ("a", "b", "c"), 4


class Clock:
    """A false one, which only goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def stages(blocks: range = range(BLOCKS)) -> list[Stage]:
    """The processes of a run of three arms in four blocks, in turn."""
    total = BLOCKS * len(ARMS)
    return [
        Stage(block, BLOCKS, block * len(ARMS) + position, total, label)
        for block in blocks
        for position, label in enumerate(ARMS)
    ]


def narrated(stages: list[Stage], seconds: dict[str, float], is_minutely: bool = True) -> list[str]:
    """What is said of a run whose processes take so many seconds; a tick every one of them."""
    clock, said = Clock(), list[str]()
    narrator = Narrator(said.append, watch=Stopwatch(clock), is_minutely=is_minutely)
    for stage in stages:
        narrator(stage)
        for _ in range(int(seconds[stage.label])):
            clock.wait(1)
            narrator.tick()
    return said


def make(n_blocks: int = 10, seconds: float = 120.0, *phases: str) -> Plan:
    arms = plan_arms(["numpy"], ["cpu"])
    asked = RunRequest(
        PROFILES["default"].of(n_blocks), Limits(seconds), phases=phases or ("epoch",)
    )
    return make_plan(asked, Planned([*arms, null_arm(arms, 0)]), Case(make_problem(ProblemSpec())))


def test_the_time_left_is_what_the_arms_took_last_times_what_is_left() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    for stage in stages():
        watch.start(stage)
        if stage.done >= len(ARMS):  # 60 s a block, whichever arm runs
            assert watch.left == pytest.approx(20 * (BLOCKS * len(ARMS) - stage.done))
        clock.wait({"a": 10, "b": 20, "c": 30}[stage.label])
    assert watch.left == pytest.approx(0, abs=10)


def test_nothing_is_said_of_the_time_left_before_a_process_has_ended() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    assert watch.left is None
    watch.start(stages()[0])
    clock.wait(100)
    assert watch.left is None


def test_after_the_first_block_what_is_left_is_said_once_with_a_terminal_or_without() -> None:
    seconds = {"a": 1.0, "b": 2.0, "c": 3.0}
    told = "block 1 of 4 is done; about 20 s left"
    assert narrated(stages(), seconds, is_minutely=False) == [told]
    assert narrated(stages(), seconds) == [told]


def test_a_resumed_run_speaks_of_the_block_that_it_finished() -> None:
    told = narrated(stages(range(2, BLOCKS))[1:], {"a": 5.0, "b": 5.0, "c": 5.0})
    assert told == ["block 3 of 4 is done; about 20 s left"]


def test_without_a_terminal_a_line_a_minute_says_what_runs_how_far_and_the_time_left() -> None:
    told = narrated(stages(), {"a": 10.0, "b": 20.0, "c": 140.0})
    assert told[:5] == [
        "block 1 of 4, process 3 of 12: c; about 3 min left",
        "block 1 of 4, process 3 of 12: c; about 5 min left",
        "block 1 of 4 is done; about 8 min left",
        "block 2 of 4, process 6 of 12: c; about 6 min left",
        "block 2 of 4, process 6 of 12: c; about 5 min left",
    ]
    assert len(told) == 11  # in 11 minutes and 20 seconds


def test_with_a_terminal_no_line_is_said_by_the_minute() -> None:
    seconds = dict.fromkeys(ARMS, 100.0)
    assert len(narrated(stages(), seconds, is_minutely=False)) == 1


def test_a_tick_is_called_again_and_again_beside_what_runs_and_no_more_afterwards() -> None:
    calls, thrice = list[int](), threading.Event()

    def tick() -> None:
        calls.append(1)
        if len(calls) == 3:
            thrice.set()

    before = threading.active_count()
    with repeated(tick, seconds=0.001):
        assert thrice.wait(60)
    assert threading.active_count() == before


def test_the_length_told_beforehand_follows_from_processes_phases_pace_and_limits() -> None:
    low, high = seconds_a_process(make())
    with_steps = seconds_a_process(make(10, 120.0, "epoch", "step"))
    assert with_steps == pytest.approx((low + 16 * 0.01, high + 2.5))
    assert seconds_a_process(make(10, 1.5)) == (1.5, 1.5)
    assert "2 arms in 10 blocks: 20 processes" in beforehand([make()])
    assert "40 s to 5 min in all" in beforehand([make()])
    assert "in 10 blocks at each of 2 sizes: 40 processes" in beforehand([make(), make()])
    assert "5 of 20 processes" in beforehand([make()], n_done=15)
    assert "in 1 block:" in beforehand([make(1)])
    assert beforehand([make()], n_done=20).endswith("nothing is left to measure of 20 processes.")


def test_an_arm_that_is_not_here_is_not_counted_beforehand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan, absent = make(), Arm("cupy", "cupy", "cpu", "float32", index=2)
    for module in ("forecast", "sizes"):
        monkeypatch.setattr(f"bench.runner.{module}.may_run", lambda arm: arm.backend != "cupy")
    plan_with_it = structs.replace(plan, arms=(*plan.arms, absent))
    assert beforehand([plan_with_it]) == beforehand([plan])
    for block, arm in ((0, 0), (0, 1), (0, 2), (1, 2)):
        raw = tmp_path / "raw" / f"{block:03d}-{arm:02d}.json"
        raw.parent.mkdir(exist_ok=True)
        raw.touch()
    with locked(tmp_path) as lock:
        held = HeldRun(tmp_path, plan_with_it, Interpreters(paths={}), lock)
    assert expected_length([held]) == beforehand([plan], n_done=2)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "10 s"), (44, "40 s"), (94, "90 s"), (95, "2 min"), (5699, "95 min")),
        *((5700, "1 h 40 min"), (7200, "2 h"), (86400, "24 h")),
    ],
)
def test_a_length_is_no_finer_than_a_forecast(seconds: float, text: str) -> None:
    assert spoken(seconds) == text


@nightly
def test_a_run_says_on_standard_error_how_long_it_takes_and_nothing_on_standard_output(
    tmp_path: Path,
) -> None:
    words = ("--quick", "--blocks", "2", "--backend", "numpy", "--phase", "epoch", "--json")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", *words, "--out", str(tmp_path / "r")],
        capture_output=True,
        text=True,
        check=False,  # what two blocks under load show is not asked here
    )
    expected, first = done.stderr.splitlines()[:2]
    assert expected.startswith("2 arms in 2 blocks: 4 processes, each of about")
    assert first.startswith("block 1 of 2 is done; about")
    assert done.stdout.startswith("{")
