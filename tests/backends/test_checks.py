"""The checks pass what is right and name what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backends import registry
from backends.arm import Arm
from backends.base import Backend
from backends.checks import CHECKS, run_checks
from backends.engines.numpy_manual import NumpyManual
from backends.errors import CheckFailed
from backends.finding import Finding
from backends.problem import Problem, ProblemSpec, make_problem
from backends.subject import UNIFIED, Subject, distance, lies_on, place_of
from backends.training_checks import check_fresh, check_wait
from bench.command.exits import promised
from bench.machine import n_cpus
from bench.variables import DEVICE_VARIABLES
from tests.backends.sizes import SIZES
from tests.backends.wrong import (
    CAUGHT_BY,
    BakedIn,
    Doubled,
    Lazy,
    Right,
    SinglePrecisionInside,
    WholeEpochs,
    Wrong,
    WrongEpoch,
)
from tests.bench.test_cli import command, rows_of
from tests.nightly import one_by_day

SLOW = {"jax-eager", "jax-manual", "torch-compile", "torch-compile-epoch"}  # to run or to compile
ON_CUDA_ONLY = {"torch-cudagraph", "cupy"}


@pytest.fixture(scope="module", params=["float32", "float64"])
def lesson(request: pytest.FixtureRequest) -> Problem:
    return make_problem(ProblemSpec()).astype(request.param)


def checked(backend: Backend, problem: Problem) -> list[Finding]:
    arm = Arm(backend, "cpu", str(problem.X.dtype))
    return run_checks(Subject(arm, problem, arm.prepare(problem)))


@pytest.mark.parametrize("prepared", CAUGHT_BY, ids=lambda prepared: prepared.__name__)
def test_a_wrong_backend_is_rejected_by_the_check_named_for_it(
    prepared: type[Right], lesson: Problem
) -> None:
    if prepared is SinglePrecisionInside and lesson.X.dtype == "float32":
        pytest.skip("float32 is what was asked for")
    BakedIn.first.clear()
    last = checked(Wrong(prepared), lesson)[-1]
    assert (last.check, last.failure is not None) == (CAUGHT_BY[prepared], True)


def sizes_of(name: str) -> list[str]:
    return ["wide", "prefix"] if name in SLOW else list(SIZES)  # the last batch is short, too


def checked_at_sizes(name: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as always: frameworks in one process change each other."""
    return subprocess.run(
        [sys.executable, "-m", "tests.backends.sizes", name, *sizes_of(name)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **DEVICE_VARIABLES["cpu"]},
        capture_output=True,
        text=True,
    )


NUMPY_FIRST = sorted((e.name for e in registry.BUILT_IN), key=lambda name: name != "numpy")


@pytest.fixture(scope="module")
def at_sizes(
    request: pytest.FixtureRequest,
) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """Every backend asked for that is here, checked at its sizes; as many at once as CPUs."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    asked = {call.params.get("name") for call in calls if call}
    names = [e.name for e in registry.BUILT_IN if is_expected(e) and e.name in asked]
    with ThreadPoolExecutor(n_cpus()) as pool:
        yield {name: pool.submit(checked_at_sizes, name) for name in names}
        pool.shutdown(cancel_futures=True)


def is_expected(entry: registry.Entry) -> bool:
    return bool(registry.is_installed(entry)) or entry.name in promised()


@pytest.mark.parametrize("name", one_by_day(NUMPY_FIRST))
def test_every_backend_passes_every_check_at_every_size(
    name: str, at_sizes: dict[str, Future[subprocess.CompletedProcess[str]]]
) -> None:
    entry = registry.find(name)
    if name not in at_sizes:
        pytest.skip(f"{entry.framework} is not installed: {entry.install}")
    done, sizes = at_sizes[name].result(), sizes_of(name)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(rows) == 2 * len(sizes)
    assert [row for row in rows if row["failed"]] == []
    checked_fully = {row["dtype"] for row in rows if row["n_passed"] == len(CHECKS)}
    refused = [row for row in rows if row["refusal"]]
    if name not in promised() and {row["refusal"][0] for row in refused} == {"unavailable"}:
        pytest.skip(refused[0]["refusal"][1])
    if name in ON_CUDA_ONLY:
        assert {row["refusal"][0] for row in refused} == {"unsupported"}
        assert not checked_fully
    else:
        assert checked_fully == set(entry.dtypes)
        assert {row["dtype"] for row in refused}.isdisjoint(checked_fully)


@pytest.mark.parametrize("prepared", [Right, WholeEpochs])
def test_what_the_wrong_ones_are_made_from_is_right(prepared: type[Right], lesson: Problem) -> None:
    assert [finding for finding in checked(Wrong(prepared), lesson) if finding.failure] == []


@pytest.mark.parametrize(("mistake", "check"), [(Doubled, "gradient"), (WrongEpoch, "trajectory")])
def test_an_epoch_that_cannot_be_taken_apart_is_checked_by_what_it_does(
    mistake: type[Right], check: str, lesson: Problem
) -> None:
    whole = type("Whole", (mistake,), {"stepwise": None})
    last = checked(Wrong(whole), lesson)[-1]
    assert last.failure is not None
    assert last.check == check


def test_an_arm_that_stays_on_another_device_than_asked_is_caught() -> None:
    problem = make_problem(ProblemSpec()).astype("float32")
    arm = Arm(Wrong(Right), "cuda", "float32")
    last = run_checks(Subject(arm, problem, arm.prepare(problem)))[-1]
    assert last.check == "device"
    assert last.failure is not None
    assert "numpy on cpu; expected one of numpy on cuda" in last.failure


def test_a_check_that_is_not_close_fails_also_where_it_is_not_a_number() -> None:
    nan = np.array([1.0, np.nan])
    assert not distance((nan,), (np.zeros(2),)) <= 1e9


def test_work_left_for_fetch_is_seen_by_an_injected_clock() -> None:
    """The false clock counts minibatches, so nothing depends on the machine's speed."""

    class Counting(Lazy):
        ticks = 0

        def step(self, params, batch):  # type: ignore[no-untyped-def]
            type(self).ticks += 1
            return super().step(params, batch)

    problem = make_problem(ProblemSpec()).astype("float64")
    arm = Arm(Wrong(Counting), "cpu", "float64")
    subject = Subject(arm, problem, arm.prepare(problem), clock=lambda: float(Counting.ticks))
    with pytest.raises(CheckFailed, match="100% of the time of an epoch came after wait"):
        check_wait(subject)


def test_work_done_before_wait_returns_passes_the_injected_clock() -> None:
    problem = make_problem(ProblemSpec()).astype("float64")
    arm = Arm(NumpyManual(), "cpu", "float64")
    assert check_wait(Subject(arm, problem, arm.prepare(problem), clock=lambda: 0.0)) == {}


def test_a_prepared_that_use_has_changed_disagrees_with_a_fresh_one() -> None:
    problem = make_problem(ProblemSpec()).astype("float64")
    used = Right(problem)
    used.b_start = used.b_start + 1e-3
    with pytest.raises(CheckFailed, match="away from a fresh one's"):
        check_fresh(Subject(Arm(NumpyManual(), "cpu", "float64"), problem, used))


def test_recovery_is_claimed_only_where_the_reference_recovers() -> None:
    """Batch 256 ends 2.9 away from the truth in three epochs, for every right program."""
    problem = make_problem(ProblemSpec(batch_size=256)).astype("float64")
    assert checked(NumpyManual(), problem)[-1] == Finding("recovery")
    short = make_problem(replace(ProblemSpec(), epochs=1)).astype("float64")
    assert checked(NumpyManual(), short)[-1] == Finding("recovery")


def array_of(**members: object) -> object:
    """An array that knows where it lies by ``members`` alone."""
    return type("Array", (), {"__module__": "mine.arrays", **members})()


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({}, "cpu"),
        ({"device": "/job:localhost/replica:0/task:0/device:CPU:0"}, "cpu"),
        ({"device": "/job:localhost/replica:0/task:0/device:GPU:0"}, "cuda"),
        ({"device": "METAL"}, "metal"),
        ({"__dlpack_device__": lambda _: (2, 0)}, "cuda"),
        ({"__dlpack_device__": lambda _: (8, 0), "device": "mps:0"}, "metal"),
        ({"__dlpack_device__": lambda _: (8, 0)}, UNIFIED),
    ],
)
def test_an_array_says_where_it_lies(members: dict[str, object], place: str) -> None:
    assert place_of(array_of(**members)) == ("mine", place)


@pytest.mark.parametrize(
    ("device", "asked", "expected"),
    [
        ("cpu", "cpu", True),
        ("metal", "cpu", False),
        (UNIFIED, "cpu", True),
        (UNIFIED, "metal", True),
        (UNIFIED, "cuda", False),
    ],
)
def test_unified_memory_is_the_cpus_and_metals(device: str, asked: str, expected: bool) -> None:
    assert lies_on(device, asked) is expected


def test_engines_are_right_at_a_thousand_features() -> None:
    words = ("--backend", "numpy,torch,jax", "--device", "cpu", "--dtype", "float32")
    rows = rows_of(command("check", *words, "--features", "1024", "--json").stdout)
    found = {row["backend"]: row["status"] for row in rows}
    assert found.pop("numpy") == "ok"
    assert set(found.values()) <= {"ok", "unavailable"}  # a framework that is not here
