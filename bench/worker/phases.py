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
    grad = stepwise.gradient
    return lambda: wait([grad(params, batch) for batch in batches])


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


def loss(prepared: Prepared, problem: Problem) -> Call:
    """The mean loss over the full data, waited for."""
    wait, mean_loss = prepared.wait, prepared.loss
    params = prepared.start()
    wait(params)
    return lambda: wait(mean_loss(params))


def waited_step(prepared: Prepared, problem: Problem) -> Call:
    """``step`` with a wait after each: what a host pays that looks at every update."""
    stepwise, wait, start = taken_apart(prepared), prepared.wait, prepared.start
    batches = list(stepwise.batches(problem.orders[0]))
    wait(batches)
    update = stepwise.step

    def waited_steps_of_an_epoch() -> None:
        params = start()
        for batch in batches:
            params = update(params, batch)
            wait(params)

    return waited_steps_of_an_epoch


def transfer(prepared: Prepared, problem: Problem) -> Call:
    """Data and an epoch's order brought from the host to the device, waited for."""
    arrays = problem.X, problem.y, problem.orders[0]
    return lambda: prepared.wait(prepared.put(arrays))


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
    "full_gradient": gradient,
    "loss": loss,
    "waited_step": waited_step,
    "transfer": transfer,
}
NEED_STEPWISE = ("data_iter", "gradient", "step", "full_gradient", "waited_step")
ONE_BATCH = ("full_gradient",)  # run on the problem whose one minibatch is the full data
