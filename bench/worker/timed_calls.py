"""Timed calls: what each phase times, over orders that every arm walks alike."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.worker.phases import OF_A_PROBLEM, OF_ORDERS, Call
from bench.worker.rotation import Rotation, rotation

if TYPE_CHECKING:
    import numpy as np

    from backends.base import Program
    from problems.problem import Problem

N_DRAWS = 9  # permutations drawn to time one


@dataclass(frozen=True)
class TimedCalls:
    """The calls of a process's phases."""

    orders: np.ndarray  # (orders, n_visited)
    cache_bytes: int

    def rotation(self, n_epochs: int = 1) -> Rotation:
        """The orders of the calls of one phase, ``n_epochs`` a call."""
        return rotation(self.orders, n_epochs, self.cache_bytes)

    def of(self, phase: str, program: Program, problem: Problem) -> tuple[Call, Call | None]:
        """The call that ``phase`` times, and what comes before each, outside its clock."""
        if phase in OF_A_PROBLEM:
            return OF_A_PROBLEM[phase](program, problem), None
        orders = self.rotation(problem.spec.epochs if phase == "train" else 1)
        return OF_ORDERS[phase](program, orders.next), orders.renew


def drawing_seconds(problem: Problem) -> float:
    """Seconds of drawing one permutation of the examples: the median of a few."""
    import numpy as np

    rng, seconds = np.random.default_rng(problem.spec.seed), []
    for _ in range(N_DRAWS):
        began = time.perf_counter()
        rng.permutation(problem.spec.n_examples)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
