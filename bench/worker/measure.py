"""Measuring one call: warm up until steady, then fixed rounds of about equal length."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

Call = Callable[[], object]
Clock = Callable[[], float]  # seconds

N_STEADY = 3  # rounds in a row that must agree
STEADY_SPREAD = 0.05  # by at most this much


@dataclass(frozen=True)
class Pace:
    """How a cell is timed: fixed beforehand, never by what comes out."""

    rounds: int = 20
    round_seconds: float = 0.01  # a round repeats the call until it lasts about this long
    cell_seconds: float = 2.0  # a slow call gets fewer rounds, at least MIN_ROUNDS
    warmup_seconds: float = 0.5  # give up waiting for steadiness

    MIN_ROUNDS = 6

    def iterations(self, seconds: float) -> int:
        """Calls a round, for a call of ``seconds``."""
        return max(1, round(self.round_seconds / max(seconds, 1e-9)))

    def rounds_within(self, seconds: float) -> int:
        """Rounds that fit into the cell's time, for a call of ``seconds``."""
        affordable = self.cell_seconds / (self.iterations(seconds) * max(seconds, 1e-9))
        return max(self.MIN_ROUNDS, min(self.rounds, int(affordable)))


def warm_up(
    call: Call, pace: Pace, clock: Clock = time.perf_counter, renew: Call | None = None
) -> list[float]:
    """Seconds a call of each warm-up round, in order, until steady or out of time.

    pytest-benchmark's own calibration sizes rounds by the first call, which may compile.
    """
    seen: list[float] = []
    began, iterations = clock(), 1
    while not is_steady(seen):
        seen.append(seconds_a_call(call, iterations, clock, renew))
        if clock() - began > pace.warmup_seconds and len(seen) > 1:
            break
        iterations = pace.iterations(seen[-1])
    return seen


def seconds_a_call(call: Call, iterations: int, clock: Clock, renew: Call | None) -> float:
    """The mean of ``iterations`` calls; with ``renew``, which comes before each, of each alone."""
    if renew is None:
        start = clock()
        for _ in range(iterations):
            call()
        return (clock() - start) / iterations
    seconds = 0.0
    for _ in range(iterations):
        renew()
        start = clock()
        call()
        seconds += clock() - start
    return seconds / iterations


def is_steady(seconds: list[float]) -> bool:
    """Whether the last rounds agree; the very first, which may compile, is never among them."""
    last = seconds[1:][-N_STEADY:]
    return len(last) == N_STEADY and max(last) <= (1 + STEADY_SPREAD) * min(last)


def timed_rounds(
    call: Call,
    pace: Pace,
    benchmark: BenchmarkFixture,
    clock: Clock = time.perf_counter,
    renew: Call | None = None,
) -> tuple[list[float], int, list[float]]:
    """Warm-up seconds, calls a round and seconds a call of every round, collector frozen.

    Where ``renew`` comes before each call, outside the clock, pytest-benchmark times each alone.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        warmup = warm_up(call, pace, clock, renew)
        rounds, iterations = pace.rounds_within(warmup[-1]), pace.iterations(warmup[-1])
        if renew is None:
            benchmark.pedantic(call, rounds=rounds, iterations=iterations)
        else:
            benchmark.pedantic(call, setup=renew, rounds=rounds * iterations, iterations=1)
    finally:
        gc.enable()
        gc.unfreeze()
    measured = list(benchmark.stats.stats.data) if benchmark.stats else []
    if renew is not None:
        measured = [fmean(calls) for calls in batched(measured, iterations)]
    return warmup, iterations, measured


def batched(seconds: list[float], size: int) -> list[list[float]]:
    """``seconds`` in rounds of ``size`` calls."""
    return [seconds[first : first + size] for first in range(0, len(seconds), size)]
