"""The checks pass what is right and name what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import run_checks
from backends.checks.finding import Finding
from backends.checks.subject import UNIFIED, Subject, lies_on, place_of
from backends.checks.timing import check_wait
from backends.checks.training import check_fresh
from backends.engines.numpy_manual import numpy_manual
from backends.errors import CheckFailed
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from problems.tolerance import distance
from tests.backends.wrong import (
    BY_THE_CLOCK,
    CAUGHT_BY,
    NOT_OF_CLASSES,
    ON_THE_LESSON_ALONE,
    ON_THE_OTHER_ALONE,
    ONLY_IN,
    BakedIn,
    Doubled,
    Lazy,
    Right,
    RightOperators,
    WholeEpochs,
    WrongEpoch,
    wrong,
)
from tests.nightly import one_by_day
from tests.problems.three import NAME

MOST_LOOKS = 3  # a machine that others keep busy may hide from one look what only a clock tells


@pytest.fixture(scope="module", params=one_by_day(["float32", "float64"]))
def lesson(request: pytest.FixtureRequest) -> Case:
    return Case(make_problem(ProblemSpec()).astype(request.param))


@pytest.fixture(
    scope="module", params=one_by_day(["float64", "float32"])
)  # so that each has its day
def other(request: pytest.FixtureRequest) -> Case:
    """An objective of three parameters and integers among the data."""
    return Case(make_problem(ProblemSpec(n_examples=600, objective=NAME)).astype(request.param))


@pytest.fixture(scope="module", params=one_by_day(["softmax", "mlp"]))
def further(request: pytest.FixtureRequest) -> Case:
    sizes = {"n_features": 6, "n_classes": 3} | ({"n_hidden": 4} if request.param == "mlp" else {})
    spec = ProblemSpec(n_examples=600, objective=request.param, sizes=sizes).with_stable_rate()
    return Case(make_problem(spec).astype("float64"))


def checked(backend: Backend, case: Case) -> list[Finding]:
    arm = Arm(backend, "cpu", str(case.problem.start[0].dtype))
    return run_checks(Subject(arm, case, arm.prepare(case.problem)))


def caught(program: type[Right], case: Case) -> str | None:
    """The check that rejects the backend, None where none does."""
    dtype = str(case.problem.start[0].dtype)
    if ONLY_IN.get(program, dtype) != dtype:
        pytest.skip(f"a mistake in {ONLY_IN[program]} only")
    for _ in range(MOST_LOOKS if program in BY_THE_CLOCK else 1):
        BakedIn.kept.clear()
        last = checked(wrong(program), case)[-1]
        if last.failure:
            return last.check
    return None


@pytest.mark.parametrize("program", CAUGHT_BY, ids=lambda program: program.__name__)
def test_a_wrong_backend_is_rejected_by_the_check_named_for_it(
    program: type[Right], lesson: Case
) -> None:
    assert caught(program, lesson) == CAUGHT_BY[program]


@pytest.mark.parametrize(
    "program",
    [*ON_THE_OTHER_ALONE, *(one for one in CAUGHT_BY if one not in ON_THE_LESSON_ALONE)],
    ids=lambda program: program.__name__,
)
def test_a_wrong_backend_is_rejected_on_another_objective_too(
    program: type[Right], other: Case
) -> None:
    assert caught(program, other) == {**CAUGHT_BY, **ON_THE_OTHER_ALONE}[program]


@pytest.mark.parametrize(
    "program",
    [one for one in CAUGHT_BY if one not in NOT_OF_CLASSES],
    ids=lambda program: program.__name__,
)
def test_a_wrong_backend_is_rejected_on_softmax_and_mlp(
    program: type[Right], further: Case
) -> None:
    assert caught(program, further) == CAUGHT_BY[program]


@pytest.mark.parametrize("program", [Right, WholeEpochs, RightOperators])
def test_what_the_wrong_ones_are_made_from_is_right(
    program: type[Right], lesson: Case, other: Case, further: Case
) -> None:
    for case in (lesson, other, further):
        assert [finding for finding in checked(wrong(program), case) if finding.failure] == []


def test_a_wrong_factor_is_told(lesson: Case) -> None:
    last = checked(wrong(Doubled), lesson)[-1]
    assert last.failure is not None
    assert "away from the reference (2 times it); expected at most" in last.failure


@pytest.mark.parametrize(("mistake", "check"), [(Doubled, "gradient"), (WrongEpoch, "gradient")])
def test_an_epoch_that_cannot_be_taken_apart_is_checked_by_what_it_does(
    mistake: type[Right], check: str, lesson: Case
) -> None:
    whole = type("Whole", (mistake,), {"steps": None})
    last = checked(wrong(whole), lesson)[-1]
    assert last.failure is not None
    assert last.check == check


def test_an_arm_that_stays_on_another_device_than_asked_is_caught() -> None:
    problem = make_problem(ProblemSpec()).astype("float32")
    arm = Arm(wrong(Right), "cuda", "float32")
    last = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))[-1]
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
    arm = Arm(wrong(Counting), "cpu", "float64")
    subject = Subject(arm, Case(problem), arm.prepare(problem), clock=lambda: float(Counting.ticks))
    with pytest.raises(CheckFailed, match="100% of the time of an epoch came after wait"):
        check_wait(subject)


def test_work_done_before_wait_returns_passes_the_injected_clock() -> None:
    problem = make_problem(ProblemSpec()).astype("float64")
    arm = Arm(numpy_manual, "cpu", "float64")
    assert check_wait(Subject(arm, Case(problem), arm.prepare(problem), clock=lambda: 0.0)) == {}


def test_a_program_that_use_has_changed_disagrees_with_a_fresh_one() -> None:
    problem = make_problem(ProblemSpec()).astype("float64")
    used = Right(problem)
    w, b = used.first
    used.first = (w, b + 1e-3)
    with pytest.raises(CheckFailed, match="away from a fresh one's"):
        check_fresh(Subject(Arm(numpy_manual, "cpu", "float64"), Case(problem), used))


def test_recovery_is_claimed_only_where_the_reference_recovers() -> None:
    """Batch 256 ends 2.9 away from the truth in three epochs, for every right program."""
    problem = make_problem(ProblemSpec(batch_size=256)).astype("float64")
    assert checked(numpy_manual, Case(problem))[-1] == Finding("recovery")
    short = make_problem(replace(ProblemSpec(), epochs=1)).astype("float64")
    assert checked(numpy_manual, Case(short))[-1] == Finding("recovery")


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
