"""Checks of ``gradient``: its inputs, its repeatability, its precision, its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from problems.case import EPSILON
from problems.reference import looked_at
from problems.tolerance import distance

LARGEST_SHARE = 0.1  # of a change that is seen, by which it may be off


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


def check_precision(subject: Subject) -> Values:
    """Data that grow by EPSILON of themselves are seen: nothing is computed in less than asked.

    By how much of itself the gradient changes, so that a wrong factor cancels: in a lower precision
    the data are the same before and after.
    """
    of_probe = subject.of("probe")
    numbers, asked = range(2), EPSILON[subject.arm.dtype]
    expected = relative_change([of_probe.right("gradients", n).value for n in numbers])
    got = relative_change([gradient_of(of_probe, n) for n in numbers])
    largest = 0.0 if expected is None else float(np.abs(expected).max())
    # A zero gradient is not for this check to judge; data that hardly move it show nothing
    if expected is None or got is None or not asked / 2 <= largest < np.inf:
        return {}
    off = float(np.abs(got - expected).max())
    if not off <= largest * LARGEST_SHARE:
        text = f"data larger by {asked:.3g} of themselves change the gradient by"
        raise CheckFailed(
            f"{text} {np.abs(got).max():.3g} of itself, {off / largest:.0%} off the reference; "
            f"expected {subject.arm.dtype} throughout, as asked"
        )
    return {}


def relative_change(gradients: Sequence[Arrays]) -> np.ndarray | None:
    """What each entry of the first of two changes by, as a share of the largest; None of zeros."""
    before, after = (
        np.concatenate([np.ravel(array) for array in arrays]).astype("float64")
        for arrays in gradients
    )
    scale = np.abs(before).max()
    return (after - before) / scale if scale > 0 else None


def check_gradient(subject: Subject) -> Values:
    """The gradient is the reference's.

    At the start for every batch of an epoch, of very long ones a sample, and some steps later.
    """
    moved = subject.of("moved")
    at_start = errors(subject, looked_at(subject.problem))
    later = errors(moved, sorted({0, moved.problem.n_batches - 1}))
    return {"gradient_error": max((*at_start, *later))}


def errors(subject: Subject, numbers: Sequence[int]) -> Iterator[float]:
    """The errors of the gradients at the start, of the minibatches ``numbers``.

    Of an arm that runs whole epochs only, which is prepared anew for each, at either end.
    """
    program, where = subject.program, "" if subject.variant == "itself" else ", some steps later,"
    wanted = set(numbers)
    if program.steps is None:
        pairs = ((n, gradient_of(subject, n)) for n in sorted({numbers[0], numbers[-1]}))
    else:
        params, all_batches = program.start(), program.steps.batches(subject.problem.orders[0])
        batches = ((n, batch) for n, batch in enumerate(all_batches) if n in wanted)
        pairs = ((n, steps_gradient(program, params, batch)) for n, batch in batches)
    for number, got in pairs:
        what = f"the gradient{where} of batch {number}"
        yield require_close(got, subject.right("gradients", number), what, "gradient_error")
