"""The request: what a process was asked to measure, and the stored problem that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.worker.measure import Pace

if TYPE_CHECKING:
    from problems.case import Case
    from problems.problem import Problem
    from problems.timed_orders import TimedOrders


@dataclass(frozen=True)
class Request:
    """What this process was asked to measure; ``problem`` is a folder, or None for the lesson."""

    backend: str = "numpy"
    device: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    problem: Path | None = None
    pace: Pace = field(default_factory=Pace)

    def load_problem(self) -> Problem:
        """The problem in the dtype asked for, aligned."""
        from problems.problem import make_problem
        from problems.spec import ProblemSpec
        from problems.store import load

        stored = make_problem(ProblemSpec()) if self.problem is None else load(self.problem)
        return stored.astype(self.dtype)

    def load_case(self, problem: Problem) -> Case:
        """``problem`` with the right answers, stored or computed here."""
        from problems.case import Case
        from problems.store import load_case

        return Case(problem) if self.problem is None else load_case(self.problem, problem)

    def load_timed_orders(self, problem: Problem) -> TimedOrders:
        """The orders of timed calls, which are the same for every arm."""
        from problems.store import load_timed_orders
        from problems.timed_orders import drawn

        return drawn(problem.spec) if self.problem is None else load_timed_orders(self.problem)
