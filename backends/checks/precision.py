"""The check of precision, both ways: neither in less nor in more than was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from backends.checks.finding import Values
from backends.checks.gradient import gradients
from backends.checks.subject import (
    Arrays,
    Subject,
    fetched,
    gradient_alone,
    gradient_of,
    one_step_back,
)
from backends.errors import CheckFailed
from problems import oracle
from problems.case import EPSILON
from problems.problem import Problem
from problems.reference import looked_at

LARGEST_SHARE = 0.1  # of a change that is seen, by which it may be off
N_JUDGED = 200  # entries at the least: few may all be right by luck
MOST_JUDGED = 600
MOST_PLAIN = 0.9  # of the entries right in plain float32: where more are, being right says nothing


def check_precision(subject: Subject) -> Values:
    """What is computed is computed in the dtype asked: float32 means float32, and float64 it."""
    require_no_less(subject)
    if subject.arm.dtype != "float32":
        return {}
    return require_no_more(subject)


def require_no_less(subject: Subject) -> None:
    """Raise CheckFailed unless data that grow by EPSILON of themselves are seen to.

    By how much of itself the gradient changes, so that a wrong factor cancels: in a lower precision
    the data are the same before and after.
    """
    of_probe = subject.of("probe")
    numbers, asked = range(2), EPSILON[subject.arm.dtype]
    gradient = gradient_of if subject.program.steps is not None else gradient_alone
    expected = relative_change([of_probe.right("gradients", n).value for n in numbers])
    got = relative_change([gradient(of_probe, n) for n in numbers])
    largest = 0.0 if expected is None else float(np.abs(expected).max())
    # A zero gradient is not for this check to judge; data that hardly move it show nothing
    if expected is None or got is None or not asked / 2 <= largest < np.inf:
        return
    off = float(np.abs(got - expected).max())
    if not off <= largest * LARGEST_SHARE:
        text = f"data larger by {asked:.3g} of themselves change the gradient by"
        raise CheckFailed(
            f"{text} {np.abs(got).max():.3g} of itself, {off / largest:.0%} off the reference; "
            f"expected {subject.arm.dtype} throughout, as asked"
        )


def relative_change(gradients: Sequence[Arrays]) -> np.ndarray | None:
    """What each entry of the first of two changes by, as a share of the largest; None of zeros."""
    before, after = (flat(arrays).astype("float64") for arrays in gradients)
    scale = np.abs(before).max()
    return (after - before) / scale if scale > 0 else None


def require_no_more(subject: Subject) -> Values:
    """Raise CheckFailed where every entry is right that float32 would have rounded otherwise.

    Where there are few, or plain float32 has most of them right, being right says nothing: then
    it is told that they are not judged.
    """
    problem, numbers = subject.problem, whole_batches(subject.problem)
    right = {number: subject.right("gradients", number).value for number in numbers}
    plain = share_right(plain_gradients(problem, numbers), right, rounded)
    n_entries = len(numbers) * sum(p.size for p in problem.start)
    if n_entries < N_JUDGED or plain > MOST_PLAIN:
        few = f"{n_entries} entries, of which plain float32 has {plain:.0%} right"
        return {"more_than_float32": f"not judged: {few}; expected {N_JUDGED}, at most 90%"}
    shares = {}
    for what, got, as_seen in looked_through(subject, numbers):
        with np.errstate(all="ignore"):  # of an arm whose start is none, which is not named here
            share = shares[f"{what}_entries_right"] = share_right(got, right, as_seen)
        if share == 1:
            raise CheckFailed(
                f"every one of {n_entries} entries of the {what} is the correctly rounded float64 "
                f"one, and plain float32 has {plain:.0%} of them; expected float32 throughout, as "
                "asked"
            )
    return shares


Numbered = Iterable[tuple[int, Arrays]]  # of a minibatch
Seen = Callable[[Arrays], Arrays]  # what a right gradient in float64 looks like in float32


def looked_through(
    subject: Subject, numbers: Sequence[int]
) -> Iterator[tuple[str, Numbered, Seen]]:
    """What is judged: its name, what was got of each minibatch, how a gradient shows there."""
    program, start, rate = subject.program, subject.problem.start, subject.problem.rate

    def stepped(gradient: Arrays, rate: float = 1.0) -> Arrays:
        pairs = zip(start, gradient, strict=True)
        return rounded(tuple(p.astype("float64") - rate * g for p, g in pairs))

    def there_and_back(gradient: Arrays) -> Arrays:
        return tuple(p - q for p, q in zip(start, stepped(gradient), strict=True))

    if program.steps is not None:
        yield "gradient", gradients(subject, numbers), rounded
        yield "step", steps_from_start(subject, numbers), lambda gradient: stepped(gradient, rate)
    yield "epoch", by_epochs_of_one_step(subject, numbers), there_and_back


def by_epochs_of_one_step(subject: Subject, numbers: Sequence[int]) -> Numbered:
    """Number and gradient by the timed ``epoch``, of the minibatches ``numbers``."""
    program, problem = subject.one_step, subject.problem
    yield from ((number, one_step_back(program, problem.minibatch(number))) for number in numbers)


def steps_from_start(subject: Subject, numbers: Sequence[int]) -> Numbered:
    """Number and parameters after a step from the start, of the minibatches ``numbers``."""
    program, wanted = subject.program, set(numbers)
    assert program.steps is not None
    for number, batch in enumerate(program.steps.batches(subject.problem.orders[0])):
        if number in wanted:
            yield number, fetched(program, program.steps.step(program.start(), batch))


def whole_batches(problem: Problem) -> list[int]:
    """The minibatches that are judged: whole ones of those looked at, as many as it takes."""
    n_entries = sum(p.size for p in problem.start)
    numbers = [n for n in looked_at(problem) if len(problem.minibatch(n)) == problem.batch_size]
    return numbers[: -(-MOST_JUDGED // n_entries)]


def plain_gradients(problem: Problem, numbers: Sequence[int]) -> Numbered:
    """Number and gradient in NumPy's float32, of the minibatches ``numbers``."""
    for number in numbers:
        batch = problem.batch(problem.minibatch(number))
        yield number, oracle.gradient(problem.objective, problem.start, batch)


def share_right(got: Numbered, right: Mapping[int, Arrays], as_seen: Seen) -> float:
    """The share of entries of ``got`` that are what ``right`` comes to in float32."""
    equal = [np.equal(flat(arrays), flat(as_seen(right[number]))) for number, arrays in got]
    return float(np.mean(np.concatenate(equal))) if equal else 1.0


def rounded(arrays: Arrays) -> Arrays:
    """``arrays`` in float32, each number the nearest."""
    return tuple(array.astype("float32") for array in arrays)


def flat(arrays: Arrays) -> np.ndarray:
    """All entries of ``arrays`` one after the other."""
    return np.concatenate([np.ravel(array) for array in arrays])
