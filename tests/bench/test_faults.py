"""Every fault at once, in one run beside good arms: each costs its own arm and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.command.exits import Exit, exit_for
from bench.machine import n_cpus
from bench.runner.run_folder import outcomes
from bench.runner.runner import Runner
from runfiles.load import load_run
from tests.bench.begun import measure
from tests.bench.test_runner import make_run, records, token_of

FAULTY = "tests.bench.faulty"
GOOD = ("talks", "leaves_a_child", "flees", "says_its_version_oddly")
BADLY_ENDED = {  # after a whole record
    "dies_at_exit": "killed by SIGSEGV",
    "leaves_with_a_code_of_its_own": "ended with exit code 77",
}
BAD = {
    "wrong": ("wrong", "gradient: the gradient of batch 0 is 1 away"),
    "turns_to_nan": ("wrong", "finite: 3 entries of an epoch's parameters are NaN"),
    "loses_its_loss": ("wrong", "loss: the loss at the start is nan away"),
    "writes_to_the_problem": ("wrong", "inputs: the arm wrote to the problem"),
    "raises": ("crashed", "RuntimeError in first epoch: the engine is on fire"),
    "exits": ("crashed", "the process ended without a result"),
    "segfaults": ("crashed", "killed by SIGSEGV in epoch (faulty.py:"),
    "expires": ("crashed", "without a result; it last said: the licence has expired: "),
    "stalls": ("crashed", "caused by ZeroDivisionError: integer division or modulo by zero"),
    "dies_of_a_nameless_signal": ("crashed", "killed by signal 40"),
    "lacks_members": ("crashed", "lacks name, framework"),
    "refuses_oddly": ("crashed", "supports returned ('skipped', 'not today'); expected None"),
    "refuses_by_bool": ("crashed", "supports returned False; expected None"),
    "writes_a_hollow_record": ("crashed", "its record is not usable: KeyError: 'phases'"),
    "writes_an_unchecked_record": ("crashed", "it is ok without having passed every check"),
    "writes_an_unheard_of_status": ("crashed", "status is 'fine'; expected one of wrong"),
    "hangs_with_a_child": ("timeout", "no end after 8 s"),
    "is_deaf": ("timeout", "no end after 8 s"),
    "eats_memory": ("out of memory", "above the cap of 0.5 GiB"),
    "refuses": ("unsupported", "not on a Tuesday"),
    "needs_a_framework": ("unavailable", "no_such_framework"),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A run of them all, eight seconds an arm."""
    faults = [f"{FAULTY}:{name}" for name in (*GOOD, *BADLY_ENDED, *BAD)]
    runner = make_run(tmp_path_factory.mktemp("faults"), "numpy", *faults, seconds=8)
    measure(runner)
    return runner


@pytest.fixture(scope="module")
def seen(measured: Runner) -> dict[str, dict[str, Any]]:
    """The record of each arm by what it does."""
    return {
        backend.removeprefix(f"{FAULTY}:"): found
        for (_, backend), found in records(measured).items()
    }


@pytest.mark.parametrize("fault", BAD)
def test_a_fault_costs_that_arm_its_numbers(fault: str, seen: dict[str, dict[str, Any]]) -> None:
    status, reason = BAD[fault]
    record = seen[fault]
    assert record["status"] == status
    assert reason in record["reason"]
    assert record["phases"] == {}
    assert record["cold"] == {}


@pytest.mark.parametrize("good", ["numpy", *GOOD, *BADLY_ENDED])
def test_it_costs_no_other_arm_anything(good: str, seen: dict[str, dict[str, Any]]) -> None:
    assert (seen[good]["status"], seen[good]["reason"]) == ("ok", None)
    assert len(seen[good]["phases"]["epoch"]["seconds"]) >= 6


def test_a_bad_end_after_a_whole_record_is_a_remark_in_it(seen: dict[str, dict[str, Any]]) -> None:
    ends = {name: record["facts"].get("bad_end") for name, record in seen.items()}
    for name, how in BADLY_ENDED.items():
        assert ends.pop(name).startswith(f"{how}, after all was measured")
    assert not any(ends.values())


def test_nothing_that_an_arm_started_is_left_running(measured: Runner) -> None:
    """A child in a session of its own, one without its environment, one of an arm that hangs."""
    running = list(psutil.process_iter(["cmdline"]))
    assert [one for one in running if token_of(one).startswith(measured.token)] == []
    assert [one for one in running if "601.25" in (one.info["cmdline"] or [])] == []


def test_a_run_with_every_fault_ends_by_the_gravest(measured: Runner) -> None:
    assert exit_for(outcomes(load_run(measured.folder))) == Exit.WRONG


@pytest.mark.alone
@pytest.mark.skipif(n_cpus() < 2, reason="needs two CPUs, one of them to leave")
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("leaves_its_cpus", "a thread may leave the process's CPUs"),
        ("opens_its_pool", "says 2; expected 1 thread throughout"),
    ],
)
def test_an_arm_that_uses_other_threads_than_asked_is_refused(
    fault: str, reason: str, tmp_path: Path
) -> None:
    runner = make_run(tmp_path, f"{FAULTY}:{fault}")
    measure(runner)
    record = records(runner)[0, f"{FAULTY}:{fault}"]
    assert record["status"] == "refused"
    assert reason in record["reason"]
    assert record["phases"] == {}
    assert exit_for(outcomes(load_run(tmp_path))) == Exit.UNUSABLE
