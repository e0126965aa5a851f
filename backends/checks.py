"""The checks: is this arm the same program as every other, to the tolerance of its dtype?

A check is a function of a Subject that returns what it measured and raises CheckFailed.
``CHECKS`` is their order: a cause comes before what it would spoil.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from backends.errors import CheckFailed
from backends.finding import Check, Finding, Values
from backends.gradient_checks import (
    check_gradient,
    check_inputs,
    check_precision,
    check_repeatable,
)
from backends.subject import (
    Subject,
    epoch_from_start,
    fetched,
    gradient_of,
    lies_on,
    place_of,
)
from backends.training_checks import (
    check_fresh,
    check_loss,
    check_other_data,
    check_ragged,
    check_recovery,
    check_trajectory,
    check_unseen,
    check_wait,
)


def run_checks(subject: Subject, checks: Iterable[Check] | None = None) -> list[Finding]:
    """The findings of ``checks`` in order, up to and including the first that fails."""
    findings: list[Finding] = []
    for check in CHECKS if checks is None else checks:
        name = check.__name__.removeprefix("check_")
        try:
            findings.append(Finding(name, values=check(subject)))
        except CheckFailed as failed:
            return [*findings, Finding(name, str(failed), failed.values)]
    return findings


def check_shapes(subject: Subject) -> Values:
    """Parameters, gradient and epoch have the shapes of (w, b) and the arm's dtype."""
    prepared, problem = subject.prepared, subject.problem
    expected = [(a.shape, subject.arm.dtype) for a in (problem.w_start, problem.b_start)]
    seen = {
        "start": fetched(prepared, prepared.start()),
        "gradient": gradient_of(subject, 0),
        "epoch": epoch_from_start(prepared, problem.orders[0]),
    }
    for what, arrays in seen.items():
        got = [(array.shape, str(array.dtype)) for array in arrays]
        if got != expected:
            raise CheckFailed(f"{what} has shapes and dtypes {got}; expected {expected}")
    return {}


def check_finite(subject: Subject) -> Values:
    """No NaN and no infinity in the gradient, nor after an epoch."""
    seen = {
        "gradient": gradient_of(subject, 0),
        "an epoch's parameters": epoch_from_start(subject.prepared, subject.problem.orders[0]),
    }
    for what, arrays in seen.items():
        bad = sum(int((~np.isfinite(array)).sum()) for array in arrays)
        if bad:
            raise CheckFailed(
                f"{bad} entries of {what} are NaN or infinite; expected finite numbers"
            )
    return {}


def check_device(subject: Subject) -> Values:
    """Parameters, batches and gradients are the framework's own arrays, on the device asked."""
    prepared, asked = subject.prepared, subject.arm.device
    params = prepared.start()
    home = place_of(params[0])
    seen = {"a parameter": params}
    if prepared.stepwise is not None:
        batch = next(iter(prepared.stepwise.batches(subject.problem.orders[0])))
        seen["a batch's array"] = batch
        seen["a gradient"] = prepared.stepwise.gradient(params, batch)
    for what, arrays in seen.items():
        for package, device in map(place_of, arrays):
            if package != home[0] or not lies_on(device, asked):
                text = f"{what} is an array of {package} on {device}"
                raise CheckFailed(f"{text}; expected one of {home[0]} on {asked}")
    return {}


def check_transfer(subject: Subject) -> Values:
    """``put`` brings what it is given to the device, exactly, and as a copy."""
    prepared, problem = subject.prepared, subject.problem
    given = problem.X.copy(), problem.y.copy(), problem.orders[0].copy()
    there = prepared.put(given)
    prepared.wait(there)
    for array in given:
        array.fill(0)
    X, y, order = prepared.fetch(there)
    for name, got, expected in (("X", X, problem.X), ("y", y, problem.y)):
        require_same(f"{name} after put and fetch", got, expected, "what was put, unchanged")
    # An engine may hold indices in fewer bits; what they say must be the same
    require_same(
        "the order after put and fetch", order.astype("int64"), problem.orders[0], "what was put"
    )
    return {}


def check_batches(subject: Subject) -> Values:
    """The minibatches are ``X[order]``, ``y[order]``, gathered and cut in order."""
    prepared, problem = subject.prepared, subject.problem
    if prepared.stepwise is None:
        return {}
    order, size = problem.orders[-1], problem.spec.batch_size
    batches = list(prepared.stepwise.batches(order))
    prepared.wait(batches)
    if len(batches) != problem.n_batches:
        raise CheckFailed(f"{len(batches)} minibatches of an epoch; expected {problem.n_batches}")
    for number, batch in enumerate(batches):
        index = order[number * size :][:size]
        pairs = zip("Xy", prepared.fetch(batch), (problem.X, problem.y), strict=True)
        for name, got, whole in pairs:
            require_same(f"{name} of batch {number}", got, whole[index])
    return {}


def require_same(
    what: str,
    got: np.ndarray,
    expected: np.ndarray,
    wanted: str = "those of order, in order",
) -> None:
    """Raise CheckFailed unless shape, dtype and values are the same."""
    for kind, a, b in (
        ("shape", got.shape, expected.shape),
        ("dtype", got.dtype, expected.dtype),
    ):
        if a != b:
            raise CheckFailed(f"{what} has {kind} {a}; expected {b}")
    if not np.array_equal(got, expected):
        raise CheckFailed(f"{what} holds other values; expected {wanted}")


CHECKS: tuple[Check, ...] = (
    check_shapes,
    check_finite,
    check_device,
    check_transfer,
    check_batches,
    check_inputs,
    check_repeatable,
    check_precision,
    check_gradient,
    check_loss,
    check_trajectory,
    check_other_data,
    check_fresh,
    check_unseen,
    check_wait,
    check_ragged,
    check_recovery,
)
