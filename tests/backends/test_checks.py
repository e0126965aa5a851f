"""The checks pass what is right and name what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import run_checks
from backends.engines.numpy_manual import NumpyManual
from backends.errors import CheckFailed
from backends.finding import Finding
from backends.problem import Problem, ProblemSpec, make_problem
from backends.subject import UNIFIED, Subject, distance, lies_on, place_of
from backends.training_checks import check_fresh, check_wait
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
