"""The standing of a run on a fleet: blocks, where a run on one machine tells of processes."""

from __future__ import annotations

from dataclasses import dataclass

from bench.runner.forecast import Stage, Stopwatch
from problems.counted import counted


@dataclass(frozen=True)
class Standing(Stage):
    """How many blocks are whole, the unit that machines measure, and on how many machines."""

    def __str__(self) -> str:
        return f"{self.done} of {counted(self.n_blocks, 'block')} done; {self.label}"


def standing(n_blocks: int, n_whole: int, machines: int) -> Standing:
    """That so many blocks are whole, and so many machines measure."""
    label = f"{counted(machines, 'machine')} measure{'s' if machines == 1 else ''}"
    return Standing(n_whole, n_blocks, n_whole, n_blocks, label)


@dataclass
class BlockWatch(Stopwatch):
    """What a block took, all machines together, and hence the time that is left."""

    began: float | None = None  # when this command began to wait for blocks
    n_before: int = 0  # blocks that were whole by then

    def start(self, stage: Stage) -> None:
        """Take note that so many blocks are whole."""
        super().start(stage)
        if self.began is None:
            self.began, self.n_before = self.since, stage.done

    @property
    def left(self) -> float | None:
        """Seconds until the run's end, None until a block has ended, and when all have."""
        if self.stage is None or self.began is None:
            return None
        if self.stage.done in (self.n_before, self.stage.n_processes):
            return None
        each = (self.since - self.began) / (self.stage.done - self.n_before)
        running = self.clock() - self.since
        return max(each * (self.stage.n_processes - self.stage.done) - running, 0.0)
