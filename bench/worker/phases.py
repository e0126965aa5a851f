"""The phases: what one timed call does, so that ``epoch`` is about ``data_iter + step``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backends.base import Program, Steps
    from problems.problem import Problem

Call = Callable[[], object]


def data_iter(program: Program, problem: Problem) -> Call:
    """All batches of one epoch's order, waited for."""
    steps, order, wait = taken_apart(program), problem.orders[0], program.memory.wait
    return lambda: wait(list(steps.batches(order)))


def gradient(program: Program, problem: Problem) -> Call:
    """The gradient of every ready batch of an epoch, parameters fixed, all waited for."""
    steps, wait = taken_apart(program), program.memory.wait
    batches = list(steps.batches(problem.orders[0]))
    params = program.start()
    wait([batches, params])
    grad = steps.gradient
    return lambda: wait([grad(params, batch) for batch in batches])


def step(program: Program, problem: Problem) -> Call:
    """``start``, then the steps of an epoch over ready batches, waited for."""
    steps, wait, start = taken_apart(program), program.memory.wait, program.start
    batches = list(steps.batches(problem.orders[0]))
    wait(batches)
    update = steps.step

    def steps_of_an_epoch() -> None:
        params = start()
        for batch in batches:
            params = update(params, batch)
        wait(params)

    return steps_of_an_epoch


def epoch(program: Program, problem: Problem) -> Call:
    """``start``, one ``epoch`` from its order, waited for."""
    order, wait = problem.orders[0], program.memory.wait
    start, run = program.start, program.epoch
    return lambda: wait(run(start(), order))


def train(program: Program, problem: Problem) -> Call:
    """``start``, all epochs, the loss fetched after each: the lesson."""
    orders = list(problem.orders)

    def lesson() -> None:
        params = program.start()
        for order in orders:
            params = program.epoch(params, order)
            program.memory.fetch((program.loss(params),))
        program.memory.wait(params)

    return lesson


def loss(program: Program, problem: Problem) -> Call:
    """The mean loss over the full data, waited for."""
    wait, mean_loss = program.memory.wait, program.loss
    params = program.start()
    wait(params)
    return lambda: wait(mean_loss(params))


def waited_step(program: Program, problem: Problem) -> Call:
    """``step`` with a wait after each: what a host pays that looks at every update."""
    steps, wait, start = taken_apart(program), program.memory.wait, program.start
    batches = list(steps.batches(problem.orders[0]))
    wait(batches)
    update = steps.step

    def waited_steps_of_an_epoch() -> None:
        params = start()
        for batch in batches:
            params = update(params, batch)
            wait(params)

    return waited_steps_of_an_epoch


def transfer(program: Program, problem: Problem) -> Call:
    """Data and an epoch's order brought from the host to the device, waited for."""
    memory = program.memory
    arrays = (*problem.data, problem.orders[0])
    return lambda: memory.wait(memory.put(arrays))


def taken_apart(program: Program) -> Steps:
    """The arm's ``steps``, which phases in NEED_STEPS must have."""
    assert program.steps is not None
    return program.steps


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
NEED_STEPS = ("data_iter", "gradient", "step", "full_gradient", "waited_step")
ONE_BATCH = ("full_gradient",)  # run on the problem whose one minibatch is the full data
