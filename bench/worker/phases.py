"""The phases: what one timed call does, so that ``epoch`` is about ``data_iter + step``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from backends.operators import ALONG, OPERATORS, offered

if TYPE_CHECKING:
    import numpy as np

    from backends.base import Program, Steps
    from problems.problem import Problem

Call = Callable[[], object]
Next = Callable[[], tuple["np.ndarray", ...]]  # the orders of a call, one an epoch


def data_iter(program: Program, orders: Next) -> Call:
    """All batches of one epoch's order, waited for."""
    batches, wait = taken_apart(program).batches, program.memory.wait
    return lambda: wait(list(batches(*orders())))


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


def epoch(program: Program, orders: Next) -> Call:
    """``start``, one ``epoch`` from its order, waited for."""
    wait, start, run = program.memory.wait, program.start, program.epoch
    return lambda: wait(run(start(), *orders()))


def train(program: Program, orders: Next) -> Call:
    """``start``, all epochs, the loss fetched after each: the lesson."""

    def lesson() -> None:
        params = program.start()
        for order in orders():
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


def operator(name: str, program: Program, problem: Problem) -> Call:
    """An operator over every ready batch of an epoch, parameters fixed, waited for.

    Answers with an axis more are not kept: each is waited for before the next is asked for.
    """
    steps, memory, function = taken_apart(program), program.memory, offered(program)[name].function
    batches, params = list(steps.batches(problem.orders[0])), program.start()
    vectors = (memory.put(problem.direction),) if name in ALONG else ()
    memory.wait([batches, params, vectors])
    wait = memory.wait
    if name in ALONG:
        return lambda: wait([function(params, batch, *vectors) for batch in batches])

    def one_by_one() -> None:
        for batch in batches:
            wait(function(params, batch))

    return one_by_one


def taken_apart(program: Program) -> Steps:
    """The arm's ``steps``, which phases in NEED_STEPS must have."""
    assert program.steps is not None
    return program.steps


# Of the problem's own first order, or of none
OF_A_PROBLEM: dict[str, Callable[[Program, Problem], Call]] = {
    "gradient": gradient,
    "step": step,
    "full_gradient": gradient,
    "loss": loss,
    "waited_step": waited_step,
    "transfer": transfer,
    **{name: partial(operator, name) for name in OPERATORS},
}
# Of an order that the call before did not have
OF_ORDERS: dict[str, Callable[[Program, Next], Call]] = {
    "data_iter": data_iter,
    "epoch": epoch,
    "train": train,
}
NEED_STEPS = ("data_iter", "gradient", "step", "full_gradient", "waited_step", *OPERATORS)
ONE_BATCH = ("full_gradient",)  # run on the problem whose one minibatch is the full data
