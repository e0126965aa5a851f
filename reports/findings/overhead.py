"""The overhead: what the harness itself adds to a call, beside what the call takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.findings.blocks import median
from runfiles.records import Process

FLAGGED = 0.01  # a share of a cell's time above which the page says so


@dataclass(frozen=True)
class Overhead:
    """The harness's own seconds in one cell, in the cell's unit, and their share of it."""

    seconds: float
    share: float

    @property
    def is_flagged(self) -> bool:
        """Whether it is too much to overlook."""
        return self.share > FLAGGED


def overhead(processes: Iterable[Process], phase: str, seconds: float) -> Overhead | None:
    """The overhead of a cell of ``seconds``: the median over these processes, None if unknown."""
    own = median(_own(process, phase) for process in processes)
    return None if own is None else Overhead(own, own / seconds)


def _own(process: Process, phase: str) -> float | None:
    if process.call_overhead_seconds is None or phase not in process.phases:
        return None
    return process.call_overhead_seconds / process.phases[phase].units_a_call
