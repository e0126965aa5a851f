"""Blocks: a number a process and phase, before any statistics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reports.findings.arms import Arm
from reports.findings.intervals import Floats
from reports.findings.machines import Machines
from reports.findings.mean import Unlike
from runfiles.phases import ANY_COLD, REPEATED
from runfiles.records import Process
from runfiles.run import Run

PHASES = (*REPEATED, *ANY_COLD)
CLOCK = 1e-9  # seconds; a cold phase too short for the clock counts as this


@dataclass(frozen=True)
class Block:
    """One process in one phase: the median of its rounds, or what a cold phase took."""

    arm: int
    phase: str
    block: int
    seconds: float
    machine: str | None  # that the process ran on

    @property
    def log(self) -> float:
        """The log of its seconds."""
        seconds = self.seconds if self.phase in REPEATED else max(self.seconds, CLOCK)
        return float(np.log(seconds))


def right_of(run: Run, arms: tuple[Arm, ...]) -> list[Process]:
    """The processes that numbers come from; a failed arm has none."""
    return [one for one in run.processes if one.status == "ok" == arms[one.arm].status]


def blocks_of(run: Run, arms: tuple[Arm, ...]) -> tuple[Block, ...]:
    """Every number of the run, by arm, phase and block."""
    found = [block for process in right_of(run, arms) for block in _of_process(process)]
    return tuple(sorted(found, key=lambda one: (one.arm, PHASES.index(one.phase), one.block)))


def _of_process(process: Process) -> list[Block]:
    seconds = {phase: float(np.median(s.seconds)) for phase, s in process.phases.items()}
    seconds |= process.cold
    arm, block, machine = process.arm, process.block, process.machine
    return [Block(arm, phase, block, took, machine) for phase, took in seconds.items()]


def log_medians(
    blocks: Iterable[Block], phases: tuple[str, ...], shape: tuple[int, int], machines: Machines
) -> Floats:
    """(arms, phases, blocks): the log of each process's median; ``shape``: (arms, blocks).

    Of several machines (arms, phases, machines, blocks): NaN but on the machine of the block.
    """
    n_arms, n_blocks = shape
    logs = np.full((n_arms, len(phases), machines.n, n_blocks), np.nan)
    for one in blocks:
        if one.phase in phases:
            place = machines.names.index(one.machine)
            logs[one.arm, phases.index(one.phase), place, one.block] = one.log
    if not machines.are_alike:
        logs = logs.view(Unlike)
    return logs if machines.are_several else logs[:, :, 0]


def median(values: Iterable[float | None]) -> float | None:
    """The median of what is told, None where nothing is."""
    told = [value for value in values if value is not None]
    return float(np.median(told)) if told else None
