"""By machine: what each machine of a run says by itself, and of which arms they disagree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.cells import Cell
from reports.findings.document import Names, Part, key
from reports.findings.intervals import CONFIDENCE, Estimate, log_estimate
from reports.findings.machine import distinct
from reports.findings.terms import Blocks, Count, Ratio

if TYPE_CHECKING:
    from reports.findings.findings import Findings

Number = Annotated[int, Meta(ge=1, description="Its number, from 1, by the order of first blocks.")]


class MachineRatio(Part, frozen=True, eq=False):
    """One arm beside its baseline on one machine alone."""

    arm: ArmName
    ratio: Ratio
    """Time divided by the baseline's, paired inside the machine's blocks, without a unit."""

    @key
    def n_blocks(self) -> Blocks:
        return self.ratio.n


class OneMachine(Part, frozen=True, eq=False):
    """One machine of the run."""

    number: Number
    cpu: Names
    """Its processors, as its processes said."""
    n_blocks: Count
    """Blocks that it measured some number of."""
    has_seconds: bool
    """Whether all seconds that are told are its own."""
    ratios: tuple[MachineRatio, ...]
    """Its own ratios in the main phase, from fast to slow over all machines. Null arms are there
    too, baselines are not."""


@dataclass(frozen=True, eq=False)
class Apart:
    """An arm whose ratios on two machines are not the same.

    The intervals are widened so that those of all arms on all machines hold together.
    """

    arm: Arm
    low: tuple[int, Estimate]  # number of the machine, its ratio
    high: tuple[int, Estimate]


def by_machine_of(case: Case) -> tuple[OneMachine, ...]:
    """The machines of the run, in the order of their first blocks, with what each says alone."""
    return tuple(_one(case, place) for place in range(case.machines.n))


def _one(case: Case, place: int) -> OneMachine:
    machines = case.machines
    mine = [one for one in case.run.processes if machines.is_at(place, one.machine)]
    blocks = {block.block for block in case.blocks if machines.is_at(place, block.machine)}
    ratios = ((cell.arm, _ratio(case, cell, place)) for cell in _compared(case))
    return OneMachine(
        place + 1,
        distinct(process.facts.get("cpu") for process in mine),
        len(blocks),
        place == machines.told,
        tuple(MachineRatio(arm, ratio) for arm, ratio in ratios if ratio),
    )


def _compared(case: Case) -> Iterator[Cell]:
    return (cell for cell in case.ranked() if cell.ratio and not cell.is_baseline)


def _ratio(case: Case, cell: Cell, place: int, family: int = 1) -> Estimate | None:
    """The ratio on one machine, with its interval within it."""
    return log_estimate(np.atleast_2d(case.to_baseline(cell))[place], CONFIDENCE, family)


def on_fewer_of(findings: Findings) -> tuple[tuple[Arm, int], ...]:
    """The arms whose ratio is of fewer machines than the run's, and of how many, null arms too."""
    n_of = Counter(one.arm for machine in findings.by_machine for one in machine.ratios)
    return tuple((arm, n) for arm, n in n_of.items() if n < findings.machines.n)


def apart_of(findings: Findings) -> tuple[Apart, ...]:
    """The arms whose ratio is shown to differ from machine to machine, null arms left out.

    Shown is what lies beyond what two identical arms may differ by.
    """
    if not findings.machines.are_several or not findings.null_arm.is_usable:
        return ()
    cells = [cell for cell in _compared(findings) if not cell.is_null]
    family = sum(_has_interval(one) for cell in cells for one in _all(findings, cell).values())
    null = findings.null_arm.bound(findings.main_phase)
    found = (_apart(cell.arm, _all(findings, cell, max(family, 1)), null) for cell in cells)
    return tuple(one for one in found if one)


def _all(case: Case, cell: Cell, family: int = 1) -> dict[int, Estimate]:
    """The ratio on every machine that has one, by the machine's number."""
    every = ((place + 1, _ratio(case, cell, place, family)) for place in range(case.machines.n))
    return {number: ratio for number, ratio in every if ratio}


def _has_interval(ratio: Estimate) -> bool:
    return ratio.low is not None


def _apart(arm: Arm, ratios: dict[int, Estimate], null: float) -> Apart | None:
    ends = [(ratio.low, ratio.high, number) for number, ratio in ratios.items()]
    known = [(low, high, n) for low, high, n in ends if low is not None and high is not None]
    if not known:
        return None
    highest, top = max((low, n) for low, _, n in known)
    lowest, bottom = min((high, n) for _, high, n in known)
    if highest <= lowest * math.exp(null):
        return None
    return Apart(arm, (bottom, ratios[bottom]), (top, ratios[top]))
