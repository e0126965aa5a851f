"""Checks of what is handed out: its shapes, its numbers, its place, and the minibatches."""

from __future__ import annotations

import numpy as np

from backends.checks.finding import Values
from backends.checks.subject import (
    Subject,
    epoch_from_start,
    fetched,
    gradient_of,
    lies_on,
    place_of,
)
from backends.errors import CheckFailed
from problems.counted import counted


def check_shapes(subject: Subject) -> Values:
    """Parameters, gradient and epoch have the shapes of the start and the arm's dtype."""
    program, problem = subject.program, subject.problem
    expected = [(a.shape, subject.arm.dtype) for a in problem.start]
    seen = {
        "start": fetched(program, program.start()),
        "gradient": gradient_of(subject, 0),
    }
    if subject.is_trained:
        seen["epoch"] = epoch_from_start(program, problem.orders[0])
    for what, arrays in seen.items():
        got = [(array.shape, str(array.dtype)) for array in arrays]
        if got != expected:
            raise CheckFailed(f"{what} has shapes and dtypes {got}; expected {expected}")
    return {}


def check_finite(subject: Subject) -> Values:
    """No NaN and no infinity in the gradient, nor after an epoch."""
    seen = {"gradient": gradient_of(subject, 0)}
    if subject.is_trained:
        first = subject.problem.orders[0]
        seen["an epoch's parameters"] = epoch_from_start(subject.program, first)
    for what, arrays in seen.items():
        bad = sum(int((~np.isfinite(array)).sum()) for array in arrays)
        if bad:
            raise CheckFailed(
                f"{bad} entries of {what} are NaN or infinite; expected finite numbers"
            )
    return {}


def check_device(subject: Subject) -> Values:
    """Parameters, batches and gradients are the framework's own arrays, on the device asked."""
    program, asked = subject.program, subject.arm.device
    params = program.start()
    home = place_of(params[0])
    seen = {"a parameter": params}
    if program.steps is not None:
        batch = next(iter(program.steps.batches(subject.problem.orders[0])))
        seen["a batch's array"] = batch
        seen["a gradient"] = program.steps.gradient(params, batch)
    for what, arrays in seen.items():
        for package, device in map(place_of, arrays):
            if package != home[0] or not lies_on(device, asked):
                text = f"{what} is an array of {package} on {device}"
                raise CheckFailed(f"{text}; expected one of {home[0]} on {asked}")
    return {}


def check_transfer(subject: Subject) -> Values:
    """``put`` brings what it is given to the device, exactly; it and ``fetch`` give copies."""
    memory, problem = subject.program.memory, subject.problem
    named = {
        **dict(zip(problem.objective.data, problem.data, strict=True)),
        "order": problem.orders[0],
    }
    given = tuple(array.copy() for array in named.values())
    there = memory.put(given)
    memory.wait(there)
    for array in given:
        array.fill(0)
    for what in ("put and fetch", "put, fetch and a change to what was fetched"):
        for (name, expected), got in zip(named.items(), memory.fetch(there), strict=True):
            require_same(f"{name} after {what}", got, expected, "what was put, unchanged")
            if got.flags.writeable:
                got.fill(0)
    return {}


def check_batches(subject: Subject) -> Values:
    """The minibatches are the examples of the order, gathered and cut in order."""
    program, problem = subject.program, subject.problem
    if program.steps is None:
        return {}
    order, last = problem.orders[-1], len(problem.orders) - 1
    batches = list(program.steps.batches(order))
    program.memory.wait(batches)
    if len(batches) != problem.n_batches:
        found = counted(len(batches), "minibatch", "minibatches")
        raise CheckFailed(f"{found} of an epoch; expected {problem.n_batches}")
    for number, batch in enumerate(batches):
        expected = problem.batch(problem.minibatch(number, last))
        arrays = program.memory.fetch(batch)
        if len(arrays) != len(expected):
            found = counted(len(arrays), "array")
            raise CheckFailed(f"batch {number} has {found}; expected {len(expected)}")
        pairs = zip(problem.objective.data, arrays, expected, strict=True)
        for name, got, right in pairs:
            require_same(f"{name} of batch {number}", got, right)
    return {}


def require_same(
    what: str,
    got: np.ndarray,
    expected: np.ndarray,
    wanted: str = "those of order, in order",
) -> None:
    """Raise CheckFailed unless shape, dtype and values are the same."""
    if expected.dtype.kind == "i" and got.dtype.kind in "iu":
        got = got.astype(expected.dtype)  # an engine may hold integers in fewer bits
    for kind, a, b in (
        ("shape", got.shape, expected.shape),
        ("dtype", got.dtype, expected.dtype),
    ):
        if a != b:
            raise CheckFailed(f"{what} has {kind} {a}; expected {b}")
    if not np.array_equal(got, expected):
        raise CheckFailed(f"{what} holds other values; expected {wanted}")
