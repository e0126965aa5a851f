"""The check of precision, both ways: neither in less nor in more than was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from backends.checks.finding import Values
from backends.checks.gradient import gradients
from backends.checks.subject import Arrays, Subject, fetched, gradient_alone, gradient_of
from backends.errors import CheckFailed
from problems import oracle
from problems.case import EPSILON
from problems.problem import Problem
from problems.tolerance import cancelled

LARGEST_SHARE = 0.1  # of a change that is seen, by which it may be off
N_JUDGED = 200  # entries at the least
MOST_JUDGED = 600
N_ROUNDED = 40  # of them that plain float32 has wrong: all may be right by luck where there are few


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
    allowed = largest * LARGEST_SHARE + noise(of_probe)
    if allowed >= largest:  # rounding would hide it
        return
    if not off <= allowed:
        text = f"data larger by {asked:.3g} of themselves change the gradient by"
        raise CheckFailed(
            f"{text} {np.abs(got).max():.3g} of itself, {off / largest:.0%} off the reference; "
            f"expected {subject.arm.dtype} throughout, as asked"
        )


def noise(of_probe: Subject) -> float:
    """What two gradients may be apart for what cancels in them, as a share of the largest entry."""
    eps = float(np.finfo(of_probe.arm.dtype).eps)
    scale = max(float(np.abs(g).max()) for g in of_probe.right("gradients", 0).value)
    return 2 * cancelled(of_probe.problem, eps) / scale if scale else 0.0


def relative_change(gradients: Sequence[Arrays]) -> np.ndarray | None:
    """What each entry of the first of two changes by, as a share of the largest; None of zeros."""
    before, after = (flat(arrays).astype("float64") for arrays in gradients)
    scale = np.abs(before).max()
    return (after - before) / scale if scale > 0 else None


def require_no_more(subject: Subject) -> Values:
    """Raise CheckFailed where every entry is right that float32 would have rounded otherwise.

    Of a gradient, of what a step makes of it, and of what an epoch of one step does. Where plain
    float32 has too few entries wrong, having none wrong says nothing: that is told.
    """
    problem, start = subject.problem, subject.problem.start
    numbers = judged_batches(subject)
    n_entries = len(numbers) * sum(p.size for p in start)
    if n_entries < N_JUDGED:
        return {"more_than_float32": f"not judged: {n_entries} entries, expected {N_JUDGED}"}
    right = {number: subject.right("gradients", number).value for number in numbers}
    plain = dict(plain_gradients(problem, numbers))
    found: Values = {}
    for view in views(subject, numbers):
        seen = {number: view.shows(right[number], start) for number in numbers}
        usual = share_same({number: view.shows(plain[number], start) for number in numbers}, seen)
        if n_entries * (1 - usual) < N_ROUNDED:
            found[f"{view.name}_entries_right"] = f"not judged: plain float32 has {usual:.0%}"
            continue
        with np.errstate(all="ignore"):  # of an arm whose start is none, which is not named here
            share = found[f"{view.name}_entries_right"] = share_same(dict(view.got), seen)
        if share == 1:
            raise CheckFailed(
                f"every one of {n_entries} entries of the {view.name} is the correctly rounded "
                f"float64 one, and plain float32 has {usual:.0%} of them; expected float32 "
                "throughout, as asked"
            )
    return found


Numbered = Iterable[tuple[int, Arrays]]  # of a minibatch


class View(NamedTuple):
    """Something of an arm in which gradients show."""

    name: str
    got: Numbered
    shows: Callable[[Arrays, Arrays], Arrays]  # (gradient in either precision, start) to float32


def views(subject: Subject, numbers: Sequence[int]) -> Iterator[View]:
    """What is judged, of the minibatches ``numbers``."""
    steps, rate = subject.single_steps, subject.problem.rate
    if subject.program.steps is not None:
        yield View("gradient", gradients(subject, numbers), lambda gradient, _: rounded(gradient))
    if not subject.is_trained:
        return
    if subject.program.steps is not None:
        yield View("step", steps_from_start(subject, numbers), partial(stepped, rate))
    yield View("epoch", ((n, steps.gradient(n)) for n in numbers), there_and_back)


def stepped(rate: float, gradient: Arrays, start: Arrays) -> Arrays:
    """The parameters after a step from ``start``, computed as precisely as ``gradient`` is."""
    pairs = zip(start, gradient, strict=True)
    return rounded(tuple(p.astype(g.dtype) - g.dtype.type(rate) * g for p, g in pairs))


def there_and_back(gradient: Arrays, start: Arrays) -> Arrays:
    """What an epoch of one step with ``lr = batch_size`` takes away."""
    return tuple(p - q for p, q in zip(start, stepped(1.0, gradient, start), strict=True))


def steps_from_start(subject: Subject, numbers: Sequence[int]) -> Numbered:
    """Number and parameters after a step from the start, of the minibatches ``numbers``."""
    program, wanted = subject.program, set(numbers)
    assert program.steps is not None
    batches = program.steps.batches(subject.problem.orders[0])
    for number, batch in enumerate(islice(batches, max(wanted) + 1)):
        if number in wanted:
            yield number, fetched(program, program.steps.step(program.start(), batch))


def judged_batches(subject: Subject) -> list[int]:
    """The minibatches that are judged: as many as it takes."""
    n_entries = sum(p.size for p in subject.problem.start)
    return list(subject.single_steps.orders)[: -(-MOST_JUDGED // n_entries)]


def plain_gradients(problem: Problem, numbers: Sequence[int]) -> Numbered:
    """Number and gradient in NumPy's float32, of the minibatches ``numbers``."""
    for number in numbers:
        batch = problem.batch(problem.minibatch(number))
        yield number, oracle.gradient(problem.objective, problem.start, batch)


def share_same(got: Mapping[int, Arrays], right: Mapping[int, Arrays]) -> float:
    """The share of entries of ``got`` that are exactly those of ``right``."""
    equal = [np.equal(flat(arrays), flat(right[number])) for number, arrays in got.items()]
    return float(np.mean(np.concatenate(equal)))


def rounded(arrays: Arrays) -> Arrays:
    """``arrays`` in float32, each number the nearest."""
    return tuple(array.astype("float32") for array in arrays)


def flat(arrays: Arrays) -> np.ndarray:
    """All entries of ``arrays`` one after the other."""
    return np.concatenate([np.ravel(array) for array in arrays])
