"""The phases: what one timed call does, so that ``epoch`` is about ``data_iter + step``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backends.base import Prepared, Stepwise
    from backends.problem import Problem

Call = Callable[[], object]


def data_iter(prepared: Prepared, problem: Problem) -> Call:
    """All batches of one epoch's order, waited for."""
    stepwise, order, wait = taken_apart(prepared), problem.orders[0], prepared.wait
    return lambda: wait(list(stepwise.batches(order)))


def gradient(prepared: Prepared, problem: Problem) -> Call:
    """The gradient of every ready batch of an epoch, parameters fixed, all waited for."""
    stepwise, wait = taken_apart(prepared), prepared.wait
    batches = list(stepwise.batches(problem.orders[0]))
    params = prepared.start()
    wait([batches, params])
    slope = stepwise.gradient
    return lambda: wait([slope(params, batch) for batch in batches])


def step(prepared: Prepared, problem: Problem) -> Call:
    """``start``, then the steps of an epoch over ready batches, waited for."""
    stepwise, wait, start = taken_apart(prepared), prepared.wait, prepared.start
    batches = list(stepwise.batches(problem.orders[0]))
    wait(batches)
    update = stepwise.step

    def steps_of_an_epoch() -> None:
        params = start()
        for batch in batches:
            params = update(params, batch)
        wait(params)

    return steps_of_an_epoch


def epoch(prepared: Prepared, problem: Problem) -> Call:
    """``start``, one ``epoch`` from its order, waited for."""
    order, wait, start, run = problem.orders[0], prepared.wait, prepared.start, prepared.epoch
    return lambda: wait(run(start(), order))


def train(prepared: Prepared, problem: Problem) -> Call:
    """``start``, all epochs, the loss fetched after each: the lesson."""
    orders = list(problem.orders)

    def lesson() -> None:
        params = prepared.start()
        for order in orders:
            params = prepared.epoch(params, order)
            prepared.fetch((prepared.loss(params),))
        prepared.wait(params)

    return lesson


def taken_apart(prepared: Prepared) -> Stepwise:
    """The arm's ``stepwise``, which phases in NEED_STEPWISE must have."""
    assert prepared.stepwise is not None
    return prepared.stepwise


PHASES = {
    "data_iter": data_iter,
    "gradient": gradient,
    "step": step,
    "epoch": epoch,
    "train": train,
}
NEED_STEPWISE = ("data_iter", "gradient", "step")
