"""Measuring one call: warm up until steady, then fixed rounds of about equal length."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
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


def warm_up(call: Call, pace: Pace, clock: Clock = time.perf_counter) -> list[float]:
    """Seconds a call of each warm-up round, in order, until steady or out of time.

    pytest-benchmark's own calibration sizes rounds by the first call, which may compile.
    """
    seen: list[float] = []
    began, iterations = clock(), 1
    while not is_steady(seen):
        start = clock()
        for _ in range(iterations):
            call()
        end = clock()
        seen.append((end - start) / iterations)
        if end - began > pace.warmup_seconds and len(seen) > 1:
            break
        iterations = pace.iterations(seen[-1])
    return seen


def is_steady(seconds: list[float]) -> bool:
    """Whether the last rounds agree; the very first, which may compile, is never among them."""
    last = seconds[1:][-N_STEADY:]
    return len(last) == N_STEADY and max(last) <= (1 + STEADY_SPREAD) * min(last)


def timed_rounds(
    call: Call, pace: Pace, benchmark: BenchmarkFixture, clock: Clock = time.perf_counter
) -> tuple[list[float], int, list[float]]:
    """Warm-up seconds, calls a round and seconds a call of every round, collector frozen."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        warmup = warm_up(call, pace, clock)
        iterations = pace.iterations(warmup[-1])
        benchmark.pedantic(call, rounds=pace.rounds_within(warmup[-1]), iterations=iterations)
    finally:
        gc.enable()
        gc.unfreeze()
    measured = list(benchmark.stats.stats.data) if benchmark.stats else []
    return warmup, iterations, measured
