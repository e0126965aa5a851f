"""What memory a call takes is what it takes anew, and looking at it loses no other peak."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from backends import registry
from bench.worker import environment, memory, process
from bench.worker.measure import Pace
from bench.worker.memory import OF_PHASES, extra_memory_bytes
from bench.worker.noise import Counters
from bench.worker.process import ArmProcess
from bench.worker.request import Request
from tests.bench.begun import measure
from tests.bench.test_runner import make_run

MIB = 2**20
linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the kernel tells no peak that starts anew"
)


@pytest.fixture(autouse=True)
def tidied() -> None:
    """Gives back what tests before left: freed memory that is used again shows in no peak."""
    memory.give_back()


def touched(n_bytes: int) -> np.ndarray:
    """So many bytes, every page of them written to."""
    return np.ones(n_bytes, np.uint8)


def extra(call: Callable[[], object]) -> int:
    found = extra_memory_bytes(call)
    assert found is not None
    return found


@linux
def test_a_call_takes_what_it_allocates_and_touches() -> None:
    assert 60 * MIB <= extra(lambda: touched(64 * MIB)) < 80 * MIB


@linux
def test_a_call_that_allocates_nothing_takes_little() -> None:
    held = touched(64 * MIB)
    assert 0 <= extra(lambda: held.fill(2)) < 4 * MIB


@linux
def test_the_peak_counts_and_not_what_is_left() -> None:
    def one_after_the_other() -> None:
        for _ in range(3):
            touched(32 * MIB)

    assert 30 * MIB <= extra(one_after_the_other) < 48 * MIB


@linux
def test_memory_that_the_c_library_keeps_counts_again() -> None:
    """Small arrays are cut from its heap, which an array that stays on top keeps from shrinking."""
    small, above = [touched(2**16) for _ in range(512)], touched(2**16)
    small.clear()
    assert above.size
    assert 28 * MIB <= extra(lambda: [touched(2**16) for _ in range(512)]) < 48 * MIB


@linux
def test_garbage_is_no_room_for_a_call() -> None:
    class Ring:
        def __init__(self) -> None:
            self.held, self.me = touched(64 * MIB), self

    Ring()
    assert extra(lambda: touched(32 * MIB)) >= 30 * MIB


@linux
def test_the_peak_of_the_process_is_not_lost() -> None:
    environment.reset_peak_memory()
    touched(128 * MIB)
    peak = environment.peak_memory_bytes()
    assert peak is not None
    extra(lambda: None)
    kernels = environment.status_bytes("VmHWM")
    assert kernels is not None
    assert kernels < peak - 100 * MIB
    assert environment.peak_memory_bytes() == peak
    extra(lambda: touched(256 * MIB))
    later = environment.peak_memory_bytes()
    assert later is not None
    assert later > peak + 100 * MIB
    environment.reset_peak_memory()
    assert (environment.peak_memory_bytes() or 0) < peak


@pytest.mark.parametrize("told", [None, "Name:\tpython\nVmRSS:\t 12 kB"])
def test_a_system_that_does_not_tell_is_asked_in_vain(
    told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "read_text", lambda _: told)
    assert extra_memory_bytes(lambda: None) is None
    assert environment.peak_memory_bytes() is None


def test_a_sandbox_that_forbids_a_new_peak_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(Path, "write_text", forbidden)
    assert extra_memory_bytes(lambda: None) is None


def test_without_glibc_nothing_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []

    def without(name: str | None) -> object:
        opened.append(name)
        return object()  # which has no ``malloc_trim``

    monkeypatch.setattr(ctypes, "CDLL", without)
    memory.give_back()
    assert opened == [None]


@pytest.mark.alone
def test_memory_is_looked_at_after_clock_and_counters_were_read(
    benchmark: BenchmarkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    now = Counters.now

    def counted() -> Counters:
        seen.append("counters")
        return now()

    def looked_at(call: Callable[[], object]) -> int:
        call()
        seen.append("memory")
        return 123

    monkeypatch.setattr(Counters, "now", counted)
    monkeypatch.setattr(process, "extra_memory_bytes", looked_at)
    arm = ArmProcess(Request(pace=Pace(rounds=6, round_seconds=1e-4)))
    arm.backend = registry.load(registry.find("numpy"))
    arm.measure("epoch", benchmark)
    assert seen == ["counters", "counters", "memory"]
    assert arm.phases["epoch"]["extra_memory_bytes"] == 123


@linux
def test_a_process_tells_the_memory_of_its_phases_and_its_own_peak(tmp_path: Path) -> None:
    runner = make_run(tmp_path, "numpy", phases=("data_iter", *OF_PHASES))
    measure(runner)
    record = json.loads((tmp_path / "raw" / "000-00.json").read_text())
    told = {name: one.get("extra_memory_bytes") for name, one in record["phases"].items()}
    assert told.pop("data_iter") is None
    assert set(told) == set(OF_PHASES)
    assert all(0 <= n_bytes < 64 * MIB for n_bytes in told.values())
    facts = record["facts"]
    assert facts["peak_memory_bytes"] >= facts["peak_memory_after_first_epoch_bytes"]
