"""Checks by the clock: a new order costs what a seen one does, and after ``wait`` all is done.

What is compared is interleaved: a busy machine meets both sides alike. An arm that fails a look
gets further ones, with more timings, and is wrong where nearly all that could be timed says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from math import inf
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from backends.base import Params, Program, Steps
from backends.checks.chance import surely
from backends.checks.finding import Values, require_close
from backends.checks.subject import Subject, epoch_from_start, fetched
from backends.errors import CheckFailed
from problems.problem import overwritable

Call = Callable[[], object]
LOOKS = (8, 16, 32, 64)  # after so many timings of each; even: each side is as often the first
LONG = 20.0  # seconds, after which there is no further look
WAIT_LOOKS = (6, 24, 48, 96, 192, 384)  # after so many calls; after 6 of them only if they are slow
N_JUDGED = 96  # calls, before which only slow ones are called late
SLOW = 1.0  # seconds together
N_SORTED = 5000  # numbers; their comparisons fill what the processor remembers of branches
MOST_BATCHES = 100  # whose gathering and gradients are timed as one
SLOWER_UNSEEN = 1.15  # an epoch over a new order may cost so much more than one over a seen one
SLOWER_PART = 1.5  # its gathering alone, which caches meet undiluted, and gradients the first time
LATE_SHARE = 0.33  # of the work, found in fetch: less is what clocks, caches and a busy machine do
PAUSE = 0.05  # seconds
N_PAUSES = 10  # pools of threads may look out for work for a fifth of a second
BUSY_SHARE = 0.05  # of a pause


def check_unseen(subject: Subject) -> Values:
    """Parameters and orders never seen before give the right answer, and in the same time.

    Else what is timed is a memory, or a program made for one order only.
    """
    found = {"unseen_error": new_in_seen_memory(subject)} if subject.is_trained else {}
    program, (written, shown) = subject.program, overwritable(subject.problem.orders[0])
    new = partial(
        np.random.default_rng([subject.problem.spec.seed, 2]).permutation, subject.problem.orders[0]
    )
    orders = Orders(written, new)  # of all that is compared: none is new twice
    # Fetched too: what an epoch leaves undone is not to be the next one's
    if subject.is_trained:
        require_same_time(subject, "an epoch", orders, lambda: epoch_from_start(program, shown))
    if program.steps is not None:
        steps, wait = program.steps, program.memory.wait
        require_same_time(
            subject,
            "data iteration",
            orders,
            lambda: wait(list(islice(steps.batches(shown), MOST_BATCHES))),
            SLOWER_PART,
        )
        require_no_memory_of_gradients(subject, steps)
    return found


def new_in_seen_memory(subject: Subject) -> float:
    """The largest error of epochs over a seen order, the same again, and a new one.

    All in the same memory, so that an arm which knows an order by its place takes one for another.
    """
    program, (problem, reference) = subject.program, subject.case.of("unseen")
    written, shown = overwritable(problem.orders[0])
    params, found = program.start(), []
    for number, what in enumerate(("a seen order", "the same order again", "a new order"), 1):
        np.copyto(written, problem.orders[number - 1])
        params = program.epoch(params, shown)
        got, right = fetched(program, params), reference.at("epochs", number, problem)
        what = f"an epoch over {what}, in memory used before,"
        found.append(require_close(got, right, what, "unseen_error"))
    return max(found)


class Orders(NamedTuple):
    """The memory that a call reads its order from, and what draws one that nobody has seen."""

    written: np.ndarray
    new: Callable[[], np.ndarray]


def require_same_time(
    subject: Subject, what: str, orders: Orders, call: Call, slower: float = SLOWER_UNSEEN
) -> None:
    """Raise CheckFailed where ``call`` takes longer over new orders than over a seen one.

    Each is copied to the memory that ``call`` reads before the clock starts. In turn, so that
    what else the machine does meets both; on the cpu by the time of the CPUs, which a busy
    machine does not stretch. In between the processor is made to forget: it learns the branches of
    a short epoch's data by heart, which is no memory of the arm's.
    """
    seen, rng = subject.problem.orders[0], np.random.default_rng()
    again: list[float] = []
    first: list[float] = []
    for n_timings in LOOKS:
        while len(first) < n_timings:
            turn = [(again, seen), (first, orders.new())]
            for seconds, order in turn if len(first) % 2 else turn[::-1]:
                sorted(rng.random(N_SORTED).tolist())
                np.copyto(orders.written, order)
                seconds.append(seconds_of(subject, call))
        if usual_ratio(first, again) <= slower:
            return
        if sum(first) > LONG:
            break
    if not surely(usual_ratio, (first, again), slower):
        return
    raise CheckFailed(
        f"{what} over a new order takes {median(first):.3g} s, over a seen one "
        f"{median(again):.3g} s; expected the same work"
    )


def require_no_memory_of_gradients(subject: Subject, steps: Steps) -> None:
    """Raise CheckFailed where gradients of the same batches and parameters are quicker again.

    The parameters are new ones by a step in between.
    """
    program, order = subject.program, subject.problem.orders[0]
    params, batches = program.start(), list(islice(steps.batches(order), MOST_BATCHES))
    program.memory.wait([params, batches])
    first: list[float] = []
    again: list[float] = []

    def gradients(params: Params) -> None:
        program.memory.wait([steps.gradient(params, batch) for batch in batches])

    for n_timings in LOOKS:
        while len(first) < n_timings:
            batch = batches[len(first) % len(batches)]
            params = steps.step(params, batch)
            program.memory.wait(params)
            program.memory.wait(steps.gradient(params, batch))  # so that neither comes after a step
            for seconds in (first, again):
                seconds.append(seconds_of(subject, partial(gradients, params)))
        if usual_ratio(first, again) <= SLOWER_PART:
            return
        if sum(first) > LONG:
            break
    if not surely(usual_ratio, (first, again), SLOWER_PART):
        return
    raise CheckFailed(
        f"the gradients at new parameters take {median(first):.3g} s, the same again "
        f"{median(again):.3g} s; expected the same work"
    )


def usual_ratio(first: Sequence[float], again: Sequence[float]) -> float:
    """The median of what the first time took in times of the second, pair by pair.

    The two of a pair are neighbours: what slows the machine for longer than that cancels.
    """
    pairs = zip(first, again, strict=True)
    return median(one / other if other > 0 else inf if one > 0 else 1.0 for one, other in pairs)


def seconds_of(subject: Subject, call: Call) -> float:
    """Seconds of ``call``: of CPUs where the arm runs on them, else of the clock."""
    clock = subject.cpu_clock if subject.arm.device == "cpu" else subject.clock
    began = clock()
    call()
    return clock() - began


def check_wait(subject: Subject) -> Values:
    """After ``wait`` the work is done: fetching costs what fetching settled arrays costs.

    And nothing goes on behind it.
    """
    program, order = subject.program, subject.problem.orders[0]
    if subject.is_trained:
        require_waited(subject, "an epoch", lambda: [program.epoch(program.start(), order)])
    if program.steps is not None:
        batches_of = program.steps.batches
        require_waited(
            subject, "data iteration", lambda: list(islice(batches_of(order), MOST_BATCHES))
        )
        require_waited_gradients(subject, program.steps)
    require_rest(subject)
    return {}


def require_waited_gradients(subject: Subject, steps: Steps) -> None:
    """The same of the gradients of ready batches."""
    program, order = subject.program, subject.problem.orders[0]
    params, batches = program.start(), list(islice(steps.batches(order), MOST_BATCHES))
    program.memory.wait([params, batches])
    require_waited(subject, "the gradients", lambda: [steps.gradient(params, b) for b in batches])


def require_waited(subject: Subject, what: str, call: Callable[[], list[tuple[Any, ...]]]) -> None:
    """Raise CheckFailed where fetching what ``call`` gave, waited for, does work of ``call``.

    What a busy machine does to fetches that take longer than the work can look like that in every
    look: it is no finding unless most of what could as well have been timed shows it too.
    """
    timings: list[tuple[float, float, float]] = []
    for n_calls in WAIT_LOOKS:
        while len(timings) < n_calls:
            timings.append(work_and_fetches(subject, call))
        columns = list(zip(*timings, strict=True))
        if n_calls == WAIT_LOOKS[0] and sum(columns[0]) < SLOW:
            continue
        share = late_share(*columns)
        if share <= LATE_SHARE:
            return
        is_long = sum(map(sum, columns)) > LONG
        if n_calls < N_JUDGED and not is_long:
            continue
        if n_calls < N_JUDGED or surely(late_share, columns, LATE_SHARE):
            raise CheckFailed(f"{share:.0%} of the time of {what} came after wait, in fetch")
        if is_long:
            return


def late_share(
    work: Sequence[float], first: Sequence[float], settled_again: Sequence[float]
) -> float:
    """The share of a call's work that its first fetch does; each of (calls,).

    By upper quantiles of first fetches and of settled ones, against a quick call: work left undone
    at every third call shows, and a moment in which the machine was busy hides nothing.
    """
    late = float(np.quantile(first, 0.8) - np.quantile(settled_again, 0.8))
    done = np.add(work, first) - np.array(settled_again)
    whole = max(float(np.quantile(done, 0.25)), late)
    return late / whole if late > 0 else 0.0


def work_and_fetches(
    subject: Subject, call: Callable[[], list[tuple[Any, ...]]]
) -> tuple[float, float, float]:
    """Seconds until ``wait`` returned, of the first fetch, and of one of settled arrays.

    The last is fetched first, for a ``wait`` that knows only the first. Fetching again, and
    fetching the same numbers just put on the device, shows what fetching costs where nothing is
    left to do. Again alone would not: JAX keeps what it has fetched.
    """
    program, clock = subject.program, subject.clock
    began = clock()
    values = call()
    program.memory.wait(values)
    work = clock() - began
    first, again = (fetch_seconds(subject, values[::-1]) for _ in range(2))
    return work, first, max(again, fetch_seconds(subject, settled(program, values)))


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


def require_rest(subject: Subject) -> None:
    """Raise CheckFailed where the process stays busy while nothing is asked of it."""
    for _ in range(N_PAUSES):
        began = subject.cpu_clock()
        time.sleep(PAUSE)
        busy = (subject.cpu_clock() - began) / PAUSE
        if busy <= BUSY_SHARE:
            return
    raise CheckFailed(f"{busy:.0%} of a CPU is busy after wait; expected that nothing goes on")
