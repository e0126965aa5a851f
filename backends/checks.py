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
from backends.subject import Subject, epoch_from_start, fetched, gradient_of, place_of
from backends.training_checks import (
    check_fresh,
    check_loss,
    check_other_data,
    check_ragged,
    check_recovery,
    check_trajectory,
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


def check_batches(subject: Subject) -> Values:
    """The minibatches are ``X[order]``, ``y[order]``, cut in order, where the parameters are."""
    prepared, problem = subject.prepared, subject.problem
    if prepared.stepwise is None:
        return {}
    order, home = problem.orders[-1], place_of(prepared.start()[0])
    batches = list(prepared.stepwise.batches(order))
    prepared.wait(batches)
    if len(batches) != problem.n_batches:
        raise CheckFailed(f"{len(batches)} minibatches of an epoch; expected {problem.n_batches}")
    for number, batch in enumerate(batches):
        for name, array in zip("Xy", batch, strict=True):
            if place_of(array) != home:
                text = f"{name} of batch {number} is {place_of(array)}; expected {home}"
                raise CheckFailed(f"{text}, as the parameters")
        index = order[number * problem.spec.batch_size :][: problem.spec.batch_size]
        for name, array, whole in zip(
            "Xy", prepared.fetch(batch), (problem.X, problem.y), strict=True
        ):
            if array.shape != whole[index].shape or not np.array_equal(array, whole[index]):
                text = (
                    f"{name} of batch {number} is not {name}[order] of shape {whole[index].shape}"
                )
                raise CheckFailed(f"{text}; got shape {array.shape}. Gather in the order given.")
    return {}


CHECKS: tuple[Check, ...] = (
    check_shapes,
    check_finite,
    check_batches,
    check_inputs,
    check_repeatable,
    check_precision,
    check_gradient,
    check_loss,
    check_trajectory,
    check_other_data,
    check_fresh,
    check_wait,
    check_ragged,
    check_recovery,
)
