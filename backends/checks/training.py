"""Checks of training: loss, trajectory, other data, fresh start, short batch, recovery."""

from __future__ import annotations

import numpy as np

from backends.base import epoch_of_steps
from backends.checks.finding import Values, require_close
from backends.checks.subject import Arrays, Subject, epoch_from_start, fetched, gradient_of
from backends.errors import CheckFailed
from problems.reference import RECOVERY_TOLERANCE, recovers
from problems.tolerance import distance


def check_loss(subject: Subject) -> Values:
    """``loss`` is the summed loss of all examples, divided by their number."""
    program = subject.program
    (got,) = fetched(program, (program.loss(program.start()),))
    if got.size != 1:
        raise CheckFailed(f"loss has shape {got.shape}; expected one number")
    right, what, key = subject.right("losses", 0), "the loss at the start", "loss_error"
    return {key: require_close((got,), right, what, key)}


def check_trajectory(subject: Subject) -> Values:
    """``step`` after 1, 10, 100 steps and an epoch's; the timed ``epoch`` after every epoch.

    The mean loss after every epoch as well.
    """
    program, problem, key = subject.program, subject.problem, "trajectory_error"
    errors = [
        require_close(got, subject.right("steps", step), f"the answer of step {step}", key)
        for step, got in stepped(subject)
    ]
    params, losses = program.start(), []
    for number, order in enumerate(problem.orders, 1):
        params = program.epoch(params, order)
        learned, what = fetched(program, params), f"the answer of epoch {number}"
        errors.append(require_close(learned, subject.right("epochs", number), what, key))
        (loss,) = fetched(program, (program.loss(params),))
        what = f"the loss after epoch {number}"
        require_close((loss,), subject.right("losses", number), what, key)
        losses.append(float(loss.reshape(())))
    named = zip(problem.objective.params, learned, strict=True)
    return {
        key: max(errors),
        "learned": {name: array.tolist() for name, array in named},
        "losses": losses,
    }


def stepped(subject: Subject) -> list[tuple[int, Arrays]]:
    """Step count and parameters at the steps looked at, by ``step``; none without ``steps``."""
    program, problem = subject.program, subject.problem
    seen: list[tuple[int, Arrays]] = []
    if program.steps is None:
        return seen
    looked_at = subject.case.of(subject.variant)[1].steps.numbers.tolist()
    params, count = program.start(), 0
    for order in problem.orders:
        for batch in program.steps.batches(order):
            params = program.steps.step(params, batch)
            count += 1
            if count in looked_at:
                seen.append((count, fetched(program, params)))
            if count == max(looked_at):
                return seen
    return seen


def check_other_data(subject: Subject) -> Values:
    """Other data of the same shape gives its own answer: no constants baked in."""
    other, key = subject.of("other_data"), "other_data_error"
    got, right = gradient_of(other, 0), other.right("gradients", 0)
    error = require_close(got, right, "the gradient of other data", key)
    if not subject.is_trained:
        return {key: error}
    after = epoch_from_start(other.program, other.problem.orders[0])
    right = other.right("epochs", 1)
    return {key: max(error, require_close(after, right, "an epoch of other data", key))}


def check_fresh(subject: Subject) -> Values:
    """A fresh Program agrees with the one that was timed: no state was left behind."""
    order = subject.problem.orders[0]
    fresh = subject.of(subject.variant)
    got, expected = (epoch_from_start(s.program, order) for s in (subject, fresh))
    error = distance(got, expected)
    if not error <= subject.right("epochs", 1).tolerance:
        raise CheckFailed(f"an epoch of the timed Program is {error:.3g} away from a fresh one's")
    return {}


def check_ragged(subject: Subject) -> Values:
    """A short last batch is run, and divided by ``batch_size``: by ``epoch`` and by ``step``."""
    size, key = subject.problem.batch_size, "ragged_error"
    if size == 1:
        return {}
    short = subject.of("ragged")
    program, errors = short.program, []
    with_short = f"with a last batch of {size // 2} instead of {size}"
    if subject.is_trained:
        order, right = short.problem.orders[0], short.right("epochs", 1)
        got = epoch_from_start(program, order)
        errors.append(require_close(got, right, f"{with_short}, an epoch's answer", key))
        if program.steps is not None:
            got = fetched(program, epoch_of_steps(program.steps, program.start(), order))
            require_close(got, right, f"{with_short}, the steps' answer", key)
    if program.steps is not None:
        got, right = gradient_of(short, 3), short.right("gradients", 3)
        what = f"{with_short}, the short batch's gradient"
        errors.append(require_close(got, right, what, key))
    return {key: errors[0]}


def check_recovery(subject: Subject) -> Values:
    """The learned parameters are the true ones, where the reference gets there."""
    problem, reference = subject.case.of(subject.variant)
    program, params = subject.program, subject.program.start()
    if not recovers(problem, reference.learned(problem)):
        return {}
    for order in problem.orders:
        params = program.epoch(params, order)
    learned = fetched(program, params)
    if not recovers(problem, learned):
        names = problem.objective.params
        text, truth = (
            ", ".join(
                f"{name} {np.ravel(a).tolist()}" for name, a in zip(names, arrays, strict=True)
            )
            for arrays in (learned, problem.truth or ())
        )
        expected = f"expected within {RECOVERY_TOLERANCE:g} of"
        raise CheckFailed(f"learned {text}; {expected} {truth}")
    return {}
