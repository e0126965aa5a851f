"""Noise is judged by the kernel's counters, and a noisy block is measured again, whole, once."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.runner.discards import Discards, disturbances, disturbances_of
from bench.worker.noise import TICK, Counters, Cpu, Thread
from runfiles.records import Process
from runfiles.store import headed, write

QUIET: list[str] = []
STOLEN = ["steal_share 0.30 above 0.02"]


def record(
    disturbed: list[str] | None, seconds: float = 1.0, block: int = 0, arm: int = 0
) -> Process:
    series = {"noise": {"disturbances": disturbed}, "seconds": [seconds], "iterations": 1}
    plain = {"block": block, "position": 0, "arm": arm, "status": "ok", "phases": {"epoch": series}}
    return headed(plain, Process)


def write_block(folder: Path, block: int, *found: list[str]) -> None:
    for arm, disturbed in enumerate(found):
        one = record(disturbed, block=block, arm=arm)
        write(folder / "raw" / one.file, one)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


def after(
    wall: float, cpu: float, idle: float = 0.0, stolen: float = 0.0, **keys: Any
) -> dict[str, Any]:
    """What happened in ``wall`` seconds to a process that had one CPU."""
    none = Counters(0.0, 0.0, 0, cpus=(Cpu(0.0, 0.0, 0.0),), pressure_seconds=0.0)
    then = Counters(wall, cpu, 0, cpus=(Cpu(idle, stolen, wall),), pressure_seconds=0.0)
    noise = none.until(replace(then, **keys))
    return {**noise, "disturbances": disturbances_of(noise)}


def test_a_disturbance_is_named_with_its_limit_and_its_phase() -> None:
    noise = after(1.0, 0.69, stolen=0.31)
    assert noise["disturbances"] == ["steal_share 0.30 above 0.02"]
    assert disturbances(record(noise["disturbances"])) == ["epoch: steal_share 0.30 above 0.02"]
    assert disturbances(record(QUIET)) == []


def test_threads_of_its_own_that_take_turns_on_an_idle_machine_disturb_no_arm() -> None:
    """JAX on one CPU: pressure 0.38, a quarter of the time the CPU is idle, no one else is there.

    The threads waited for each other, so the old rule, which saw 0.24 lost, was wrong.
    """
    threads = {7: Thread(ran=0.40, waited=0.20), 8: Thread(ran=0.36, waited=0.18)}
    noise = after(1.0, 0.76, idle=0.24, pressure_seconds=0.38, threads=threads)
    assert (noise["others_share"], noise["lost_share"]) == (0.0, 0.0)
    assert noise["disturbances"] == []


def test_a_process_that_computes_on_the_same_cpu_disturbs_an_arm_of_one_thread() -> None:
    threads = {7: Thread(ran=0.5, waited=0.5)}
    noise = after(1.0, 0.5, pressure_seconds=1.0, threads=threads)
    assert noise["disturbances"] == ["lost_share 0.50 above 0.05"]


def test_a_process_that_computes_on_the_same_cpu_disturbs_an_arm_of_many_threads() -> None:
    threads = {n: Thread(ran=0.125, waited=0.7) for n in range(4)}
    noise = after(1.0, 0.5, pressure_seconds=1.0, threads=threads)
    assert noise["others_share"] == pytest.approx(0.5 - 2 * TICK)
    assert noise["disturbances"] == ["lost_share 0.48 above 0.05"]


def test_time_that_an_arm_s_own_children_took_is_not_others() -> None:
    threads = {7: Thread(ran=0.5, waited=0.5)}
    noise = after(1.0, 0.5, pressure_seconds=1.0, threads=threads, descendants_seconds=0.5)
    assert noise["disturbances"] == []


def test_others_on_a_cpu_that_nobody_waited_for_disturb_nobody() -> None:
    noise = after(1.0, 0.2, idle=0.1, pressure_seconds=0.0, threads={7: Thread(0.2, 0.0)})
    assert noise["others_share"] == pytest.approx(0.7 - 2 * TICK)
    assert noise["disturbances"] == []


def test_two_ticks_of_a_short_phase_are_no_others_and_one_is_not_stolen() -> None:
    """A CPU's account is cut off at the tick: an idle CPU may look busy for two of them."""
    noise = after(0.25, 0.2, idle=0.03, stolen=TICK, pressure_seconds=0.2)
    assert (noise["others_share"], noise["steal_share"]) == (0.0, 0.0)


def test_what_a_quota_stopped_is_a_disturbance() -> None:
    calm = Counters(0.0, 0.0, 0, throttled_seconds=5.0)
    noise = calm.until(Counters(1.0, 0.3, 0, throttled_seconds=5.7))
    assert noise["throttled_share"] == pytest.approx(0.7)
    assert disturbances_of(noise) == ["throttled_share 0.70 above 0.02"]


def test_what_the_system_does_not_tell_disturbs_nobody() -> None:
    noise = Counters(10.0, 5.0, 7).until(Counters(11.0, 6.0, 7))
    unknown = ("steal_share", "throttled_share", "lost_share", "others_share", "cpu_pressure_share")
    assert [noise[key] for key in unknown] == [None] * 5
    assert disturbances_of(noise) is None
    assert disturbances(record(None)) == []


def test_the_counters_of_this_machine_can_be_read() -> None:
    before = Counters.now()
    noise = before.until(Counters.now())
    assert noise["wall_seconds"] > 0
    if sys.platform == "linux":
        assert before.cpus
        assert before.threads
        assert noise["others_share"] is not None


def test_the_measured_times_do_not_enter_the_rule() -> None:
    assert disturbances(record(QUIET, seconds=1e6)) == disturbances(record(QUIET, seconds=1e-9))


def test_a_noisy_block_is_set_aside_whole_as_often_as_allowed(tmp_path: Path) -> None:
    discards = Discards(tmp_path, allowed=1)
    write_block(tmp_path, 0, QUIET, STOLEN)
    assert discards.discard_if_disturbed(0)
    assert names(tmp_path) == [
        "discarded/000.json",
        "discarded/000/000-00.json",
        "discarded/000/000-01.json",
    ]
    write_block(tmp_path, 0, STOLEN, STOLEN)
    assert not discards.discard_if_disturbed(0)
    assert len(list((tmp_path / "raw").iterdir())) == 2


def test_a_quiet_block_is_kept(tmp_path: Path) -> None:
    write_block(tmp_path, 0, QUIET, QUIET)
    assert not Discards(tmp_path, allowed=5).discard_if_disturbed(0)


def test_a_discard_that_was_cut_short_is_finished_and_not_counted_twice(tmp_path: Path) -> None:
    discards = Discards(tmp_path, allowed=2)
    write_block(tmp_path, 3, STOLEN, QUIET)
    assert discards.discard_if_disturbed(3)
    (tmp_path / "discarded" / "000" / "003-01.json").rename(tmp_path / "raw" / "003-01.json")
    discards.finish()
    assert list((tmp_path / "raw").iterdir()) == []
    write_block(tmp_path, 3, QUIET, QUIET)
    discards.finish()
    assert len(list((tmp_path / "raw").iterdir())) == 2
    assert json.loads((tmp_path / "discarded" / "000.json").read_text())["block"] == 3


def test_counters_say_what_happened_between_two_moments() -> None:
    before = Counters(10.0, 5.0, 7, pressure_seconds=3.0)
    noise = before.until(Counters(12.0, 6.0, 9, pressure_seconds=3.5))
    assert (noise["wall_seconds"], noise["cpu_seconds"], noise["cpu_per_wall"]) == (2.0, 1.0, 0.5)
    assert (noise["involuntary_switches"], noise["cpu_pressure_share"]) == (2, 0.25)
