"""Checks by the clock, under clocks that count work: nothing depends on the machine's speed."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import ClassVar

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Batch, Params
from backends.checks.subject import Subject
from backends.checks.timing import check_unseen, check_wait
from backends.errors import CheckFailed
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.wrong import Right, wrong
from tests.backends.wrong.kept import (
    ByFirstElement,
    GatheredInPrepare,
    GradientByBatch,
    KeepsBatches,
)
from tests.backends.wrong.waiting import UndoneEverySecondTime, UndoneEveryThirdTime


class Counted(Right):
    """Counts the minibatches that it gathers and the gradients that it computes."""

    ticks: ClassVar[int] = 0

    def examples(self, index: np.ndarray) -> Batch:
        Counted.ticks += 1
        return super().examples(index)

    def gradient(self, params: Params, batch: Batch) -> Params:
        Counted.ticks += 1
        return super().gradient(params, batch)


class KeptTwo(KeepsBatches):
    """Minibatches of the last two orders, although no timed call has one of them."""

    def batches(self, order: np.ndarray):  # type: ignore[no-untyped-def]
        found = super().batches(order)
        for key in list(self.kept)[:-2]:
            del self.kept[key]
        return found


def counted(kind: type[Right]) -> Subject:
    """The subject of ``kind``, both clocks counting what it gathers and computes."""
    case = Case(make_problem(ProblemSpec()).astype("float64"))
    bases = (Counted,) if kind is Right else (kind, Counted)
    arm = Arm(wrong(type(kind.__name__, bases, {})), "cpu", "float64")

    def clock() -> float:
        return float(Counted.ticks)

    return Subject(arm, case, arm.prepare(case.problem), clock=clock, cpu_clock=clock)


def test_an_arm_that_does_the_same_work_at_every_call_passes() -> None:
    assert set(check_unseen(counted(Right))) == {"unseen_error"}
    assert check_wait(counted(Right)) == {}


@pytest.mark.parametrize("kind", [KeepsBatches, GatheredInPrepare, ByFirstElement])
def test_what_is_kept_of_an_order_is_work_that_a_new_one_costs(kind: type[Right]) -> None:
    with pytest.raises(CheckFailed, match="an epoch over a new order takes 200 s, over a seen one"):
        check_unseen(counted(kind))


def test_two_orders_that_are_kept_are_enough_to_be_found() -> None:
    with pytest.raises(CheckFailed, match="an epoch over a new order takes 200 s, over a seen one"):
        check_unseen(counted(KeptTwo))


def test_gradients_that_are_kept_are_work_that_new_batches_cost() -> None:
    with pytest.raises(CheckFailed, match="of new batches take 100 s, of the same again 0 s"):
        check_unseen(counted(GradientByBatch))


@pytest.mark.parametrize("kind", [UndoneEverySecondTime, UndoneEveryThirdTime])
def test_work_left_undone_at_some_calls_shows(kind: type[Right]) -> None:
    with pytest.raises(CheckFailed, match="100% of the time of an epoch came after wait"):
        check_wait(counted(kind))


def test_a_process_that_stays_busy_is_told_how_busy() -> None:
    busy = count()
    subject = replace(counted(Right), cpu_clock=lambda: 0.02 * next(busy))
    with pytest.raises(CheckFailed, match="40% of a CPU is busy after wait"):
        check_wait(subject)
