"""A run: the records of its folder, finished or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runfiles.code import Code
from runfiles.points import Points
from runfiles.records import Ceilings, Discard, Plan, Process


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it lies in its folder, with its other sizes and its further problems."""

    folder: Path
    plan: Plan
    processes: tuple[Process, ...]
    discards: tuple[Discard, ...]
    points: Points | None
    ceilings: tuple[Ceilings, ...] = ()  # at most one a block; older runs have none
    code: Code | None = None  # what was measured, by its text; older runs have none
    sizes: tuple[Run, ...] = ()  # the same arms at other sizes, each a run itself, without sizes
    problems: tuple[Run, ...] = ()  # the same arms on further problems, each a run with its sizes

    @property
    def cases(self) -> tuple[Run, ...]:
        """Every problem at every size, this run's own first."""
        return (self, *self.sizes, *(case for one in self.problems for case in one.cases))

    @property
    def name(self) -> str:
        """The folder's own name, whatever links lead to it."""
        return self.folder.resolve().name

    @cached_property
    def by_arm(self) -> dict[int, tuple[Process, ...]]:
        """Arm -> its processes, of every arm that has some."""
        found: dict[int, list[Process]] = {}
        for process in self.processes:
            found.setdefault(process.arm, []).append(process)
        return {arm: tuple(processes) for arm, processes in found.items()}
