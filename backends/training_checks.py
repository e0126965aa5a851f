"""Checks of training: loss, trajectory, other data, fresh start, waiting, short batch, recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from backends.base import Prepared, epoch_of_steps
from backends.errors import CheckFailed
from backends.finding import Values, require_close
from backends.problem import make_problem
from backends.reference import STEPS_LOOKED_AT, epoch_steps, mean_loss, recovers, trajectory
from backends.subject import (
    Arrays,
    Subject,
    distance,
    epoch_from_start,
    fetched,
    gradient_of,
)

N_TIMINGS = 7  # the least of them counts
MOST_TIMINGS = 50
N_WAITED = 100  # batches and gradients that are waited for at once, at the most
LATE_SHARE = 0.25  # of the work, found in fetch: less is what clocks and caches do
SLOWER_UNSEEN = 3.0  # an order never seen may cost caches, not another program


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
    """``step`` after 1, 10, 100 steps and an epoch's; the timed ``epoch`` after every epoch.

    The mean loss after every epoch as well.
    """
    prepared, problem = subject.prepared, subject.problem
    reference, key = trajectory(problem), "trajectory_error"
    errors = [
        require_close(subject, got, reference.after_step[step], f"the answer of step {step}", key)
        for step, got in stepped(subject)
    ]
    params, losses = prepared.start(), []
    for number, order in enumerate(problem.orders):
        params = prepared.epoch(params, order)
        learned, what = fetched(prepared, params), f"the answer of epoch {number + 1}"
        errors.append(require_close(subject, learned, reference.after_epoch[number], what, key))
        (loss,) = fetched(prepared, (prepared.loss(params),))
        expected = np.asarray(reference.losses[number])
        require_close(subject, (loss,), (expected,), f"the loss after epoch {number + 1}", key)
        losses.append(float(loss.reshape(())))
    w, b = learned
    return {key: max(errors), "w": w.tolist(), "b": b.tolist(), "losses": losses}


def stepped(subject: Subject) -> list[tuple[int, Arrays]]:
    """Step count and parameters at the steps looked at, by ``step``; none without stepwise."""
    prepared, problem = subject.prepared, subject.problem
    seen: list[tuple[int, Arrays]] = []
    if prepared.stepwise is None:
        return seen
    looked_at = {*STEPS_LOOKED_AT, problem.n_batches}
    params, count = prepared.start(), 0
    for order in problem.orders:
        for batch in prepared.stepwise.batches(order):
            params = prepared.stepwise.step(params, batch)
            count += 1
            if count in looked_at:
                seen.append((count, fetched(prepared, params)))
            if count == max(looked_at):
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


def check_unseen(subject: Subject) -> Values:
    """Parameters and orders never seen before give the right answer, and in the same time.

    Else what is timed again and again is a memory, or a program made for one order only.
    """
    prepared, problem, seen = subject.prepared, subject.problem, subject.problem.orders[0]
    moved = prepared.epoch(prepared.start(), seen)
    w, b = fetched(prepared, moved)
    got = fetched(prepared, prepared.epoch(moved, seen))
    *_, expected = epoch_steps(problem, w.astype("float64"), b.astype("float64"), seen)
    what, key = "a second epoch over the same order", "unseen_error"
    error = require_close(subject, got, expected, what, key)
    require_same_time(subject)
    return {key: error}


def require_same_time(subject: Subject) -> None:
    """Raise CheckFailed where an order never seen takes longer than one seen again and again.

    The least times count; a machine that is busy with other things gets more chances to be idle.
    """
    problem, seen = subject.problem, subject.problem.orders[0]
    rng = np.random.default_rng([problem.spec.seed, 1])
    again = new = float("inf")
    for timing in range(1, MOST_TIMINGS + 1):
        again = min(again, epoch_seconds(subject, seen))
        new = min(new, epoch_seconds(subject, rng.permutation(seen)))
        if timing >= N_TIMINGS and new <= SLOWER_UNSEEN * again:
            return
    text = f"an epoch over a new order takes {new:.3g} s, over a seen one {again:.3g} s"
    raise CheckFailed(f"{text}; expected the same work")


def epoch_seconds(subject: Subject, order: np.ndarray) -> float:
    """Seconds of one epoch from the start, waited for."""
    began = subject.clock()
    epoch_from_start(subject.prepared, order)
    return subject.clock() - began


def check_wait(subject: Subject) -> Values:
    """After ``wait`` the work is done: fetching then costs what fetching settled arrays costs."""
    prepared, order = subject.prepared, subject.problem.orders[0]
    require_waited(subject, "an epoch", lambda: [prepared.epoch(prepared.start(), order)])
    stepwise = prepared.stepwise
    if stepwise is None:
        return {}
    batches = list(islice(stepwise.batches(order), N_WAITED))
    prepared.wait(batches)
    params = prepared.start()
    prepared.wait(params)
    grad = stepwise.gradient
    require_waited(subject, "the gradients", lambda: [grad(params, batch) for batch in batches])
    require_waited(
        subject, "data iteration", lambda: list(islice(stepwise.batches(order), N_WAITED))
    )
    return {}


def require_waited(subject: Subject, what: str, call: Callable[[], list[tuple[Any, ...]]]) -> None:
    """Raise CheckFailed where fetching what ``call`` gave, waited for, does work of ``call``.

    The last is fetched first, for a ``wait`` that knows only the first. Fetching again, and
    fetching the same numbers just put on the device, shows what fetching costs where nothing is
    left to do. Again alone would not: JAX keeps what it has fetched.
    """
    prepared, clock = subject.prepared, subject.clock
    works, lates = [], []
    for _ in range(N_TIMINGS):
        began = clock()
        values = call()
        prepared.wait(values)
        works.append(clock() - began)
        first, again = (fetch_seconds(subject, values[::-1]) for _ in range(2))
        lates.append(first - max(again, fetch_seconds(subject, settled(prepared, values))))
    late = min(lates)
    share = late / (min(works) + late) if late > 0 else 0.0
    if not share <= LATE_SHARE:
        raise CheckFailed(f"{share:.0%} of the time of {what} came after wait, in fetch")


def fetch_seconds(subject: Subject, values: list[tuple[Any, ...]]) -> float:
    """Seconds of fetching all of ``values``."""
    began = subject.clock()
    for value in values:
        subject.prepared.fetch(value)
    return subject.clock() - began


def settled(prepared: Prepared, values: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Arrays with the numbers of ``values``, never fetched and with no work behind them."""
    fresh = [prepared.put(prepared.fetch(value)) for value in values]
    prepared.wait(fresh)
    return fresh


def check_ragged(subject: Subject) -> Values:
    """A short last batch is run, and divided by ``batch_size``: by ``epoch`` and by ``step``."""
    size, key = subject.problem.spec.batch_size, "ragged_error"
    if size == 1:
        return {}
    spec = replace(subject.problem.spec, n_examples=3 * size + size // 2, epochs=1)
    short = subject.of(make_problem(spec))
    prepared, order = short.prepared, short.problem.orders[0]
    expected = trajectory(short.problem).after_epoch[0]
    with_short = f"with a last batch of {size // 2} instead of {size}"
    got = epoch_from_start(prepared, order)
    error = require_close(subject, got, expected, f"{with_short}, an epoch's answer", key)
    if prepared.stepwise is not None:
        got = fetched(prepared, epoch_of_steps(prepared.stepwise, prepared.start(), order))
        require_close(subject, got, expected, f"{with_short}, the steps' answer", key)
        exact = short.exact_gradient(
            (short.problem.w_start, short.problem.b_start), order[3 * size :]
        )
        got = gradient_of(short, 3)
        require_close(subject, got, exact, f"{with_short}, the short batch's gradient", key)
    return {key: error}


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
