"""Checks of training: loss, trajectory, other data, fresh start, waiting, short batch, recovery."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backends.errors import CheckFailed
from backends.finding import Values, require_close
from backends.problem import make_problem
from backends.reference import STEPS_LOOKED_AT, mean_loss, recovers, trajectory
from backends.subject import Arrays, Subject, distance, epoch_from_start, fetched, gradient_of

N_TIMINGS = 7  # of the wait check; the least of them counts


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
