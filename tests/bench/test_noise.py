"""Noise is judged by the kernel's counters, and a noisy block is measured again, whole, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.discards import Discards
from bench.noise import Counters, disturbances
from bench.record import RAW, write_json

QUIET = {"steal_share": 0.0, "cpu_pressure_share": 0.1, "cpu_per_wall": 1.0}
STOLEN = {"steal_share": 0.3, "cpu_pressure_share": 0.1, "cpu_per_wall": 1.0}
UNKNOWN = {"steal_share": None, "cpu_pressure_share": None, "cpu_per_wall": None}


def record(noise: dict[str, Any], seconds: float = 1.0) -> dict[str, Any]:
    return {**RAW, "phases": {"epoch": {"noise": noise, "seconds": [seconds]}}}


def write_block(folder: Path, block: int, *noises: dict[str, Any]) -> None:
    for arm, noise in enumerate(noises):
        write_json(folder / "raw" / f"{block:03d}-{arm:02d}.json", record(noise))


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


def test_a_disturbance_is_named_with_its_phase_and_its_limit() -> None:
    assert disturbances(record(STOLEN)) == ["epoch: steal_share 0.30 above 0.02"]
    assert disturbances(record(QUIET)) == []
    assert disturbances(record(UNKNOWN)) == []


@pytest.mark.parametrize(
    ("pressure", "cpu_per_wall", "found"),
    [
        (0.5, 0.6, ["epoch: lost_share 0.40 above 0.05"]),  # another process had the CPU
        (0.5, 1.0, []),  # threads of its own took turns
        (0.01, 0.4, []),  # it waited, and nobody pressed
    ],
)
def test_pressure_counts_where_the_process_went_without_a_cpu(
    pressure: float, cpu_per_wall: float, found: list[str]
) -> None:
    noise = QUIET | {"cpu_pressure_share": pressure, "cpu_per_wall": cpu_per_wall}
    assert disturbances(record(noise)) == found


def test_the_measured_times_do_not_enter_the_rule() -> None:
    assert disturbances(record(QUIET, seconds=1e6)) == disturbances(record(QUIET, seconds=1e-9))


def test_a_noisy_block_is_set_aside_whole_as_often_as_allowed(tmp_path: Path) -> None:
    discards = Discards(tmp_path, allowed=1)
    write_block(tmp_path, 0, QUIET, STOLEN)
    assert discards.take(0)
    assert names(tmp_path) == [
        "discarded/000.json",
        "discarded/000/000-00.json",
        "discarded/000/000-01.json",
    ]
    write_block(tmp_path, 0, STOLEN, STOLEN)
    assert not discards.take(0)
    assert len(list((tmp_path / "raw").iterdir())) == 2


def test_a_quiet_block_is_kept(tmp_path: Path) -> None:
    write_block(tmp_path, 0, QUIET, QUIET)
    assert not Discards(tmp_path, allowed=5).take(0)


def test_a_discard_that_was_cut_short_is_finished_and_not_counted_twice(tmp_path: Path) -> None:
    discards = Discards(tmp_path, allowed=2)
    write_block(tmp_path, 3, STOLEN, QUIET)
    assert discards.take(3)
    (tmp_path / "discarded" / "000" / "003-01.json").rename(tmp_path / "raw" / "003-01.json")
    discards.finish()
    assert list((tmp_path / "raw").iterdir()) == []
    write_block(tmp_path, 3, QUIET, QUIET)
    discards.finish()
    assert len(list((tmp_path / "raw").iterdir())) == 2
    assert json.loads((tmp_path / "discarded" / "000.json").read_text())["block"] == 3


def test_counters_say_what_happened_between_two_moments() -> None:
    before = Counters(10.0, 5.0, 7, 100, 1000, 0)
    after = Counters(12.0, 6.0, 9, 110, 1400, 500_000)
    assert before.until(after) == {
        "wall_seconds": 2.0,
        "cpu_seconds": 1.0,
        "cpu_per_wall": 0.5,
        "involuntary_switches": 2,
        "steal_share": 0.025,
        "cpu_pressure_share": 0.25,
    }


def test_counters_that_the_system_lacks_are_left_out() -> None:
    before = Counters(10.0, 5.0, 7, None, None, None)
    assert before.until(Counters(11.0, 6.0, 7, None, None, None))["steal_share"] is None
