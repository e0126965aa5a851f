"""The checks: is this arm the same program as every other, to the tolerance of its dtype?

A check is a function of a Subject that returns what it measured and raises CheckFailed.
``CHECKS`` is their order: a cause comes before what it would spoil.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from backends.errors import CheckFailed
from backends.problem import make_problem
from backends.reference import STEPS_LOOKED_AT, mean_loss, recovers, trajectory
from backends.subject import (
    Arrays,
    Subject,
    distance,
    epoch_from_start,
    fetched,
    gradient_of,
    place_of,
    stepwise_gradient,
)

# 1 + EPSILON is a number of this dtype, and is 1 in the next lower precision (TF32, float32)
EPSILON = {"float32": 2.0**-16, "float64": 2.0**-40}
N_MOVED = 10  # gradients looked at on the way; near the optimum rounding is all there is
N_TIMINGS = 7  # of the wait check; the least of them counts

Values = dict[str, Any]
Check = Callable[[Subject], Values]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: its name, why it failed if it did, what it measured."""

    check: str
    failure: str | None = None
    values: Values = field(default_factory=dict)


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


def require_close(subject: Subject, got: Arrays, expected: Arrays, what: str, key: str) -> float:
    """The distance of ``got``; raises CheckFailed unless within tolerance (NaN never is)."""
    error = distance(got, expected)
    if not error <= subject.tolerance:
        text = (
            f"{what} is {error:.3g} away from the reference; expected at most {subject.tolerance:g}"
        )
        raise CheckFailed(text, {key: error})
    return error


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
                text = f"{name} of batch {number} is {place_of(array)}; expected {home}, as the parameters"
                raise CheckFailed(text)
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


def check_loss(subject: Subject) -> Values:
    """``loss`` is the mean of ``(X w + b - y)^2 / 2`` over all examples."""
    prepared, exact = subject.prepared, subject.problem.astype("float64")
    (got,) = fetched(prepared, (prepared.loss(prepared.start()),))
    expected = np.asarray(mean_loss(exact.w_start, exact.b_start, exact.X, exact.y))
    if got.size != 1:
        raise CheckFailed(f"loss has shape {got.shape}; expected one number")
    return {
        "loss_error": require_close(
            subject, (got,), (expected,), "the loss at the start", "loss_error"
        )
    }


def check_trajectory(subject: Subject) -> Values:
    """``step`` after 1, 10 and 100 steps, and the timed ``epoch`` after every epoch."""
    prepared, problem = subject.prepared, subject.problem
    reference, key = trajectory(problem), "trajectory_error"
    errors = [
        require_close(
            subject, got, reference.after_step[step], f"after step {step} the parameters", key
        )
        for step, got in stepped(subject)
    ]
    params, losses = prepared.start(), []
    for number, order in enumerate(problem.orders):
        params = prepared.epoch(params, order)
        learned, expected = fetched(prepared, params), reference.after_epoch[number]
        what = f"after epoch {number + 1} the distance of the parameters"
        errors.append(require_close(subject, learned, expected, what, key))
        (loss,) = fetched(prepared, (prepared.loss(params),))
        losses.append(float(loss.reshape(())))
    w, b = learned
    return {key: max(errors), "w": w.tolist(), "b": b.tolist(), "losses": losses}


def stepped(subject: Subject) -> list[tuple[int, Arrays]]:
    """Step count and parameters at the steps looked at, by ``step``; none without stepwise."""
    prepared, problem = subject.prepared, subject.problem
    seen: list[tuple[int, Arrays]] = []
    if prepared.stepwise is None:
        return seen
    params, count = prepared.start(), 0
    for order in problem.orders:
        for batch in prepared.stepwise.batches(order):
            params = prepared.stepwise.step(params, batch)
            count += 1
            if count in STEPS_LOOKED_AT:
                seen.append((count, fetched(prepared, params)))
            if count == max(STEPS_LOOKED_AT):
                return seen
    return seen


def check_other_data(subject: Subject) -> Values:
    """Other data of the same shape gives its own answer: no constants baked in."""
    spec = replace(subject.problem.spec, seed=subject.problem.spec.seed + 1)
    other = subject.of(make_problem(spec))
    start, key = (other.problem.w_start, other.problem.b_start), "other_data_error"
    expected = other.exact_gradient(start, other.minibatch(0))
    error = require_close(
        subject, gradient_of(other, 0), expected, "the gradient of other data", key
    )
    after = epoch_from_start(other.prepared, other.problem.orders[0])
    reference = trajectory(other.problem).after_epoch[0]
    return {
        key: max(error, require_close(subject, after, reference, "an epoch of other data", key))
    }


def check_fresh(subject: Subject) -> Values:
    """A fresh Prepared agrees with the one that was timed: no state was left behind."""
    order = subject.problem.orders[0]
    fresh = subject.of(subject.problem)
    got, expected = (epoch_from_start(s.prepared, order) for s in (subject, fresh))
    error = distance(got, expected)
    if not error <= subject.tolerance:
        raise CheckFailed(f"an epoch of the timed Prepared is {error:.3g} away from a fresh one's")
    return {}


def check_wait(subject: Subject) -> Values:
    """After ``wait`` the work is done: fetching then costs what fetching the start costs."""
    prepared, clock, order = subject.prepared, subject.clock, subject.problem.orders[0]
    works, fetches, floors = [], [], []
    for _ in range(N_TIMINGS):
        params = prepared.start()
        prepared.wait(params)
        began = clock()
        prepared.fetch(params)
        floors.append(clock() - began)
        began = clock()
        params = prepared.epoch(params, order)
        prepared.wait(params)
        waited = clock()
        prepared.fetch(params)
        fetches.append(clock() - waited)
        works.append(waited - began)
    late = min(fetches) - min(floors)  # seconds of work that fetch had to do
    share = late / (min(works) + late) if late > 0 else 0.0
    if not share <= 0.5:
        raise CheckFailed(
            f"{share:.0%} of an epoch's time came after wait, in fetch; expected none"
        )
    return {}


def check_ragged(subject: Subject) -> Values:
    """A short last batch is run, and divided by ``batch_size`` as every other."""
    size = subject.problem.spec.batch_size
    if size == 1:
        return {}
    spec = replace(subject.problem.spec, n_examples=3 * size + size // 2, epochs=1)
    short = subject.of(make_problem(spec))
    got = epoch_from_start(short.prepared, short.problem.orders[0])
    expected = trajectory(short.problem).after_epoch[0]
    what, key = f"with a last batch of {size // 2} instead of {size} an epoch", "ragged_error"
    return {key: require_close(subject, got, expected, what, key)}


def check_recovery(subject: Subject) -> Values:
    """The learned parameters are the true ones, where the reference gets there."""
    problem, params = subject.problem, subject.prepared.start()
    if not recovers(problem, *trajectory(problem).after_epoch[-1]):
        return {}
    for order in problem.orders:
        params = subject.prepared.epoch(params, order)
    w, b = fetched(subject.prepared, params)
    if not recovers(problem, w, b):
        text = f"learned w {w[:, 0].tolist()}, b {b.tolist()}"
        truth = f"w {problem.w_true[:, 0].tolist()}, b {problem.b_true.tolist()}"
        raise CheckFailed(f"{text}; expected within 5e-3 of {truth}")
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
