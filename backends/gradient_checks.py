"""Checks of ``gradient``: its inputs, its repeatability, its precision, its value."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np

from backends.errors import CheckFailed
from backends.finding import Values, require_close
from backends.subject import (
    Subject,
    distance,
    epoch_from_start,
    fetched,
    gradient_of,
    stepwise_gradient,
)

# 1 + EPSILON is a number of this dtype, and is 1 in the next lower precision (TF32, float32)
EPSILON = {"float32": 2.0**-16, "float64": 2.0**-40}
N_MOVED = 10  # gradients looked at on the way; near the optimum rounding is all there is


def check_inputs(subject: Subject) -> Values:
    """``gradient`` leaves parameters and batch alone; nothing writes to the problem."""
    prepared, problem = subject.prepared, subject.problem
    before = problem.sha256()
    if prepared.stepwise is not None:
        params = prepared.start()
        batch = next(iter(prepared.stepwise.batches(problem.orders[0])))
        old = fetched(prepared, (*params, *batch))
        prepared.wait(prepared.stepwise.gradient(params, batch))
        new = prepared.fetch((*params, *batch))
        for name, was, now in zip(("w", "b", "X", "y"), old, new, strict=True):
            if not np.array_equal(was, now):
                raise CheckFailed(f"gradient changed its input {name}; expected it left alone")
    prepared.wait(prepared.epoch(prepared.start(), problem.orders[0]))
    if problem.sha256() != before:
        raise CheckFailed("the problem's own arrays changed; expected them left alone")
    return {}


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
    share = (
        float(seen[0] / scale[0]) if scale[0] else epsilon
    )  # a zero gradient is not ours to judge
    if not abs(share - epsilon) <= epsilon / 10:
        text = f"a residual of {epsilon:.3g} reads {share:.3g}"
        raise CheckFailed(f"{text}; expected {subject.arm.dtype} throughout, as asked")
    return {}


def check_gradient(subject: Subject) -> Values:
    """The gradient is ``X^T (X w + b - y)`` and the sum of the residuals."""
    problem, prepared = subject.problem, subject.prepared
    start = (problem.w_start, problem.b_start)
    errors = []
    for number in sorted({0, problem.n_batches // 2, problem.n_batches - 1}):
        got, what = gradient_of(subject, number), f"the gradient of batch {number}"
        expected = subject.exact_gradient(start, subject.minibatch(number))
        errors.append(require_close(subject, got, expected, what, "gradient_error"))
    if prepared.stepwise is not None:
        params = prepared.start()
        batches = islice(prepared.stepwise.batches(problem.orders[0]), N_MOVED)
        for number, batch in enumerate(batches):
            here = fetched(prepared, params)
            got, what = (
                stepwise_gradient(prepared, params, batch),
                f"the gradient before step {number + 1}",
            )
            expected = subject.exact_gradient(here, subject.minibatch(number))
            errors.append(require_close(subject, got, expected, what, "gradient_error"))
            params = prepared.stepwise.step(params, batch)
    return {"gradient_error": max(errors)}
