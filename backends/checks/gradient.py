"""Checks of ``gradient``: its inputs, its repeatability, its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from backends.checks.finding import Values, require_close
from backends.checks.subject import (
    Arrays,
    Subject,
    epoch_from_start,
    fetched,
    gradient_of,
    steps_gradient,
)
from backends.errors import CheckFailed
from problems.reference import looked_at
from problems.tolerance import distance


def check_inputs(subject: Subject) -> Values:
    """``gradient`` leaves parameters and batch alone, ``step`` the batch, all the problem."""
    program, problem = subject.program, subject.problem
    before = problem.sha256()
    if program.steps is not None:
        params = program.start()
        batch = next(iter(program.steps.batches(problem.orders[0])))
        old = fetched(program, (*params, *batch))
        program.memory.wait(program.steps.gradient(params, batch))
        names = (*problem.objective.params, *problem.objective.data)
        require_unchanged("gradient", old, program.memory.fetch((*params, *batch)), names)
        program.memory.wait(program.steps.step(params, batch))
        n = len(params)
        require_unchanged("step", old[n:], program.memory.fetch(batch), names[n:])
    if subject.is_trained:
        program.memory.wait(program.epoch(program.start(), problem.orders[0]))
    if problem.sha256() != before:
        raise CheckFailed("the problem's own arrays changed; expected them left alone")
    return {}


def require_unchanged(call: str, old: Arrays, new: Arrays, names: tuple[str, ...]) -> None:
    """Raise CheckFailed naming the first array that ``call`` changed."""
    for name, was, now in zip(names, old, new, strict=True):
        if not np.array_equal(was, now):
            raise CheckFailed(f"{call} changed its input {name}; expected it left alone")


def check_repeatable(subject: Subject) -> Values:
    """The same call gives the same answer: nothing accumulates from call to call."""
    program, order = subject.program, subject.problem.orders[0]
    if program.steps is None:
        first, second = (epoch_from_start(program, order) for _ in range(2))
        what, right = "a second epoch from the start", subject.right("epochs", 1)
    else:
        params = program.start()
        batch = next(iter(program.steps.batches(order)))
        first, second = (steps_gradient(program, params, batch) for _ in range(2))
        what, right = "the gradient of a repeated call", subject.right("gradients", 0)
    error = distance(second, first)
    if not error <= right.tolerance:
        raise CheckFailed(f"{what} is {error:.3g} away from the first; expected the same")
    return {}


def check_gradient(subject: Subject) -> Values:
    """The gradient is the reference's.

    At the start for every batch of an epoch, of very long ones a sample, and some steps later.
    """
    moved, last = subject.of("moved"), subject.problem.n_batches - 1
    if subject.program.steps is None:
        at_start = errors(subject, sorted({*subject.single_steps.orders, last}))
    else:
        at_start = errors(subject, looked_at(subject.problem))
    later = errors(moved, sorted({0, moved.problem.n_batches - 1}))
    return {"gradient_error": max((*at_start, *later))}


def errors(subject: Subject, numbers: Sequence[int]) -> Iterator[float]:
    """The errors of the gradients at the start, of the minibatches ``numbers``."""
    where = "" if subject.variant == "itself" else ", some steps later,"
    for number, got in gradients(subject, numbers):
        what = f"the gradient{where} of batch {number}"
        yield require_close(got, subject.right("gradients", number), what, "gradient_error")


def gradients(subject: Subject, numbers: Sequence[int]) -> Iterator[tuple[int, Arrays]]:
    """Number and gradient at the start, of the minibatches ``numbers`` of the first epoch."""
    program, wanted = subject.program, set(numbers)
    if program.steps is None:
        yield from ((number, gradient_of(subject, number)) for number in numbers)
        return
    params, batches = program.start(), program.steps.batches(subject.problem.orders[0])
    for number, batch in enumerate(islice(batches, max(wanted) + 1)):
        if number in wanted:
            yield number, steps_gradient(program, params, batch)
