"""By machine: what each machine of a run says by itself, and of which arms they disagree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Annotated

import numpy as np
from msgspec import Meta

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.cells import Cell
from reports.findings.document import Names, Part, key
from reports.findings.intervals import CONFIDENCE, EQUIVALENCE, Estimate, log_estimate
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
    ratios = ((cell.arm, _ratio(case, cell, place)) for cell in compared_of(case))
    return OneMachine(
        place + 1,
        distinct(process.facts.get("cpu") for process in mine),
        len(blocks),
        place == machines.told,
        tuple(MachineRatio(arm, ratio) for arm, ratio in ratios if ratio),
    )


def compared_of(case: Case) -> tuple[Cell, ...]:
    """The arms with a ratio to a baseline, from fast to slow."""
    return tuple(cell for cell in case.ranked() if cell.ratio and not cell.is_baseline)


def _ratio(
    case: Case, cell: Cell, place: int, family: int = 1, confidence: float = CONFIDENCE
) -> Estimate | None:
    """The ratio on one machine, with its interval within it."""
    return log_estimate(np.atleast_2d(case.to_baseline(cell))[place], confidence, family)


def on_fewer_of(findings: Findings) -> tuple[tuple[Arm, int], ...]:
    """The arms whose ratio is of fewer machines than the run's, and of how many, null arms too."""
    n_of = Counter(one.arm for machine in findings.by_machine for one in machine.ratios)
    return tuple((arm, n) for arm, n in n_of.items() if n < findings.machines.n)


def apart_of(findings: Findings) -> tuple[Apart, ...]:
    """The arms whose ratio is shown to differ from machine to machine, null arms left out.

    Shown is what lies beyond what two identical arms may differ by on either of two machines;
    nothing is where identical arms themselves differ from machine to machine.
    """
    if not findings.machines.are_several or not findings.null_arm.is_usable:
        return ()
    cells = compared_of(findings)
    family = max(sum(_has_interval(x) for one in cells for x in _all(findings, one).values()), 1)
    found = [(one, _all(findings, one, family)) for one in cells]
    nulls = _null_bounds(findings)
    if any(_apart(one.arm, ratios, {}) for one, ratios in found if one.is_null):
        return ()
    apart = (_apart(one.arm, ratios, nulls) for one, ratios in found if not one.is_null)
    return tuple(one for one in apart if one)


def _null_bounds(findings: Findings) -> dict[int, float]:
    """By machine the log-ratio up to which two identical arms may differ on it.

    No less than over all machines. As for the null arm itself by intervals of 90 %, widened so
    that those of all machines hold together.
    """
    least = findings.null_arm.bound(findings.main_phase)
    nulls = [_null(findings, one) for one in compared_of(findings) if one.is_null]
    found = {place + 1: least for place in range(findings.machines.n)}
    for number, ratio in ((n, x) for one in nulls for n, x in one.items()):
        if ratio.low is not None and ratio.high is not None:
            found[number] = max(found[number], -math.log(ratio.low), math.log(ratio.high))
    return found


def _null(case: Case, cell: Cell) -> dict[int, Estimate]:
    return _all(case, cell, case.machines.n, EQUIVALENCE)


def _all(
    case: Case, cell: Cell, family: int = 1, confidence: float = CONFIDENCE
) -> dict[int, Estimate]:
    """The ratio on every machine that has one, by the machine's number."""
    places = range(case.machines.n)
    every = ((place + 1, _ratio(case, cell, place, family, confidence)) for place in places)
    return {number: ratio for number, ratio in every if ratio}


def _has_interval(ratio: Estimate) -> bool:
    return ratio.low is not None


def _apart(arm: Arm, ratios: dict[int, Estimate], nulls: Mapping[int, float]) -> Apart | None:
    """The two machines farthest apart beyond what identical arms may differ by on either."""
    gaps = {
        (a, b): math.log(high.low) - math.log(low.high) - max(nulls.get(a, 0), nulls.get(b, 0))
        for (a, low), (b, high) in permutations(ratios.items(), 2)
        if low.high is not None and high.low is not None
    }
    a, b = max(gaps, key=lambda pair: gaps[pair], default=(0, 0))
    if gaps.get((a, b), 0) <= 0:
        return None
    return Apart(arm, (a, ratios[a]), (b, ratios[b]))
