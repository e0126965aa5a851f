"""Checks of ``gradient``: its inputs, its repeatability, its precision, its value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backends.base import Stepwise
from backends.errors import CheckFailed
from backends.finding import Values, require_close
from backends.subject import (
    Arrays,
    Subject,
    distance,
    epoch_from_start,
    fetched,
    gradient_of,
    stepwise_gradient,
)

# 1 + EPSILON is a number of this dtype, and is 1 in the next lower precision (TF32, float32)
EPSILON = {"float32": 2.0**-16, "float64": 2.0**-40}
N_GRADIENTS = 200  # batches whose gradient is looked at, at the most
N_MOVED = 10  # gradients looked at on the way; near the optimum rounding is all there is


def check_inputs(subject: Subject) -> Values:
    """``gradient`` leaves parameters and batch alone, ``step`` the batch, all the problem."""
    prepared, problem = subject.prepared, subject.problem
    before = problem.sha256()
    if prepared.stepwise is not None:
        params = prepared.start()
        batch = next(iter(prepared.stepwise.batches(problem.orders[0])))
        old = fetched(prepared, (*params, *batch))
        prepared.wait(prepared.stepwise.gradient(params, batch))
        require_unchanged("gradient", old, prepared.fetch((*params, *batch)), "wbXy")
        prepared.wait(prepared.stepwise.step(params, batch))
        require_unchanged("step", old[2:], prepared.fetch(batch), "Xy")
    prepared.wait(prepared.epoch(prepared.start(), problem.orders[0]))
    if problem.sha256() != before:
        raise CheckFailed("the problem's own arrays changed; expected them left alone")
    return {}


def require_unchanged(call: str, old: Arrays, new: Arrays, names: str) -> None:
    """Raise CheckFailed naming the first array that ``call`` changed."""
    for name, was, now in zip(names, old, new, strict=True):
        if not np.array_equal(was, now):
            raise CheckFailed(f"{call} changed its input {name}; expected it left alone")


def check_repeatable(subject: Subject) -> Values:
    """The same call gives the same answer: nothing accumulates from call to call."""
    prepared, order = subject.prepared, subject.problem.orders[0]
    if prepared.stepwise is None:
        first, second = (epoch_from_start(prepared, order) for _ in range(2))
        what = "a second epoch from the start"
    else:
        params = prepared.start()
        batch = next(iter(prepared.stepwise.batches(order)))
        first, second = (stepwise_gradient(prepared, params, batch) for _ in range(2))
        what = "the gradient of a repeated call"
    error = distance(second, first)
    if not error <= subject.tolerance:
        raise CheckFailed(f"{what} is {error:.3g} away from the first; expected the same")
    return {}


def check_precision(subject: Subject) -> Values:
    """A residual of EPSILON is seen: nothing is computed in less precision than asked.

    With ``X = 1 + EPSILON``, ``w = 1`` and ``y = 1`` the residual is EPSILON in the arm's
    dtype and 0 in a lower one; ``y = 0`` gives the scale, so that a wrong factor cancels.
    """
    problem, epsilon = subject.problem, EPSILON[subject.arm.dtype]
    size = problem.spec.batch_size
    X = np.zeros((2 * size, problem.spec.n_features))
    X[:, 0] = 1 + epsilon
    spec = replace(problem.spec, n_examples=2 * size, epochs=1)
    probe = replace(
        problem,
        spec=spec,
        X=X,
        y=np.repeat([0.0, 1.0], size),
        w_start=np.ones_like(problem.w_start),
        orders=np.arange(2 * size)[None],
    )
    of_probe = subject.of(probe)
    (_, scale), (_, seen) = (gradient_of(of_probe, number) for number in range(2))
    # A zero gradient is not for this check to judge
    share = float(seen[0] / scale[0]) if scale[0] else epsilon
    if not abs(share - epsilon) <= epsilon / 10:
        text = f"a residual of {epsilon:.3g} reads {share:.3g}"
        raise CheckFailed(f"{text}; expected {subject.arm.dtype} throughout, as asked")
    return {}


def check_gradient(subject: Subject) -> Values:
    """The gradient is ``X^T (X w + b - y)`` and the sum of the residuals.

    At the start for every batch of an epoch, of very long ones a sample; and along the way.
    """
    if subject.prepared.stepwise is None:
        errors = [gradient_error(subject, n) for n in (0, subject.problem.n_batches - 1)]
    else:
        errors = gradient_errors(subject, subject.prepared.stepwise)
    return {"gradient_error": max(errors)}


def gradient_error(subject: Subject, number: int) -> float:
    """The error at the start, of minibatch ``number``, of an arm that runs whole epochs."""
    start = (subject.problem.w_start, subject.problem.b_start)
    expected = subject.exact_gradient(start, subject.minibatch(number))
    what = f"the gradient of batch {number}"
    return require_close(subject, gradient_of(subject, number), expected, what, "gradient_error")


def gradient_errors(subject: Subject, stepwise: Stepwise) -> list[float]:
    """The errors at the start, then before each of the first steps."""
    problem, prepared, errors = subject.problem, subject.prepared, []
    params = prepared.start()
    here = fetched(prepared, params)
    chosen = set(np.linspace(0, problem.n_batches - 1, N_GRADIENTS, dtype=int).tolist())
    for moving in (False, True):
        for number, batch in enumerate(stepwise.batches(problem.orders[0])):
            if moving and number == N_MOVED:
                break
            if not moving and number not in chosen:
                continue
            got = stepwise_gradient(prepared, params, batch)
            expected = subject.exact_gradient(here, subject.minibatch(number))
            what = f"the gradient {'before step' if moving else 'of batch'} {number + moving}"
            errors.append(require_close(subject, got, expected, what, "gradient_error"))
            if moving:
                params = stepwise.step(params, batch)
                here = fetched(prepared, params)
    return errors
