"""Checks by the clock: an order never seen costs what a seen one does, and ``wait`` waits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from backends.base import Program
from backends.checks.finding import Values, require_close
from backends.checks.subject import Subject, epoch_from_start, fetched
from backends.errors import CheckFailed

N_TIMINGS = 7  # the least of them counts
MOST_TIMINGS = 50
N_WAITED = 100  # batches and gradients that are waited for at once, at the most
LATE_SHARE = 0.25  # of the work, found in fetch: less is what clocks and caches do
SLOWER_UNSEEN = 3.0  # an order never seen may cost caches, not another program


def check_unseen(subject: Subject) -> Values:
    """Parameters and orders never seen before give the right answer, and in the same time.

    Else what is timed again and again is a memory, or a program made for one order only.
    """
    program, seen = subject.program, subject.problem.orders[0]
    after = fetched(program, program.epoch(program.epoch(program.start(), seen), seen))
    problem, reference = subject.case.of("again")
    what, key = "a second epoch over the same order", "unseen_error"
    error = require_close(after, reference.at("epochs", 2, problem), what, key)
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
    epoch_from_start(subject.program, order)
    return subject.clock() - began


def check_wait(subject: Subject) -> Values:
    """After ``wait`` the work is done: fetching then costs what fetching settled arrays costs."""
    program, order = subject.program, subject.problem.orders[0]
    require_waited(subject, "an epoch", lambda: [program.epoch(program.start(), order)])
    steps = program.steps
    if steps is None:
        return {}
    batches = list(islice(steps.batches(order), N_WAITED))
    program.memory.wait(batches)
    params = program.start()
    program.memory.wait(params)
    grad = steps.gradient
    require_waited(subject, "the gradients", lambda: [grad(params, batch) for batch in batches])
    require_waited(subject, "data iteration", lambda: list(islice(steps.batches(order), N_WAITED)))
    return {}


def require_waited(subject: Subject, what: str, call: Callable[[], list[tuple[Any, ...]]]) -> None:
    """Raise CheckFailed where fetching what ``call`` gave, waited for, does work of ``call``.

    The last is fetched first, for a ``wait`` that knows only the first. Fetching again, and
    fetching the same numbers just put on the device, shows what fetching costs where nothing is
    left to do. Again alone would not: JAX keeps what it has fetched.
    """
    program, clock = subject.program, subject.clock
    works, lates = [], []
    for _ in range(N_TIMINGS):
        began = clock()
        values = call()
        program.memory.wait(values)
        works.append(clock() - began)
        first, again = (fetch_seconds(subject, values[::-1]) for _ in range(2))
        lates.append(first - max(again, fetch_seconds(subject, settled(program, values))))
    late = min(lates)
    share = late / (min(works) + late) if late > 0 else 0.0
    if not share <= LATE_SHARE:
        raise CheckFailed(f"{share:.0%} of the time of {what} came after wait, in fetch")


def fetch_seconds(subject: Subject, values: list[tuple[Any, ...]]) -> float:
    """Seconds of fetching all of ``values``."""
    began = subject.clock()
    for value in values:
        subject.program.memory.fetch(value)
    return subject.clock() - began


def settled(program: Program, values: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Arrays with the numbers of ``values``, never fetched and with no work behind them."""
    fresh = [program.memory.put(program.memory.fetch(value)) for value in values]
    program.memory.wait(fresh)
    return fresh
