"""A run judged: its arms, its null arm and its cells, each made from what is before it."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from reports.findings.arms import Arm, arms_of
from reports.findings.baseline import baselines
from reports.findings.blocks import Block, blocks_of, log_medians
from reports.findings.break_even import break_even
from reports.findings.case import main_phase
from reports.findings.cells import Cell, cells_of
from reports.findings.disturbed import Disturbed, disturbed_of, too_disturbed
from reports.findings.intervals import Bar, Column
from reports.findings.machines import Machines
from reports.findings.null_arm import NullArm, judge
from runfiles.phases import REPEATED
from runfiles.run import Run


@dataclass(frozen=True)
class Judged:
    """The arms with their break-evens, the cells with their verdicts, and what bears them."""

    phases: tuple[str, ...]
    machines: Machines
    disturbed: Disturbed
    null_arm: NullArm
    blocks: tuple[Block, ...]
    arms: tuple[Arm, ...]
    baseline: Arm
    cells: tuple[Cell, ...]


def judged(run: Run, machines: Machines) -> Judged:
    """The judgement of ``run``: unusable evidence bears no verdict and no break-even."""
    plan, arms, disturbed = run.plan, arms_of(run), disturbed_of(run)
    phases = tuple(phase for phase in REPEATED if phase in plan.phases) + plan.problem.cold
    blocks, to = blocks_of(run, arms), baselines(plan)
    logs = log_medians(blocks, phases, (len(arms), len(plan.blocks)), machines)
    null = judge(plan.arms, plan.baseline, phases, logs, plan.margin)
    spoiling = too_disturbed(run, disturbed, arms)
    null = replace(null, disturbed=spoiling, main_phase=main_phase(plan, phases))
    columns = tuple(
        Column(phase, logs[:, p], Bar(plan.margin, null.bound(phase)))
        for p, phase in enumerate(phases)
    )
    if null.is_usable:
        arms = _with_break_evens(arms, to, columns, machines)
    cells = cells_of(run, arms, to, columns, machines)
    if not null.is_usable:
        cells = tuple(replace(cell, verdict=None) for cell in cells)
    return Judged(phases, machines, disturbed, null, blocks, arms, arms[plan.baseline], cells)


def _with_break_evens(
    arms: tuple[Arm, ...], to: tuple[int, ...], columns: tuple[Column, ...], machines: Machines
) -> tuple[Arm, ...]:
    given = {column.phase: column for column in columns}
    found = (break_even(arm.index, to[arm.index], given, machines) for arm in arms)
    return tuple(
        arm if arm.is_null else replace(arm, break_even=even)
        for arm, even in zip(arms, found, strict=True)
    )
