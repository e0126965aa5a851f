"""Side by side: runs of one plan, each on a kind of machine of its own; no two are pooled.

Every column is one case as one run found it, as times the fastest there: two kinds of machine
differ in what an interval over blocks does not know, so no number here is of more than one column.
A run that was itself spread over machines has ratios over these, by its own claim.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from reports.findings.arms import LEFT_OUT, Arm, ArmName
from reports.findings.case_map import MapCase, MapEntry, map_case, map_entry
from reports.findings.document import Aside, Part, taken
from reports.findings.findings import Findings, Told
from reports.findings.machine import Machine
from reports.findings.terms import Count, Phase, Planned, Ratio, Seconds
from runfiles.records import Spec

Format = Literal["autograd-bench map"]
FORMAT: Format = "autograd-bench map"
VERSION: Literal[1] = 1
NOT_PLANNED = "it was not planned on this machine"
ROUNDING = 1e-6  # of the largest of some answers, by which one may be off where rounding differs


class MachineRun(Part, frozen=True, eq=False, kw_only=True):
    """A run of the plan, with the machine or the machines of a kind that it was measured on."""

    run: str
    """Name of the run's folder."""
    report: str
    """Folder of the run's own report, beside this file."""
    created: str
    """When the run was planned, ISO 8601 in UTC."""
    profile: str
    """quick, default or thorough."""
    n_blocks: Planned
    machine: Machine
    n_machines: Count
    """Machines that the run was measured on. Of several its ratios are means over them, its seconds
    those of one."""
    claim: Told
    findings: Aside[Findings]

    @property
    def is_of_several(self) -> bool:
        """Whether it was measured on several machines."""
        return self.n_machines > 1


class MachineCase(MapCase, frozen=True, eq=False, kw_only=True):
    """A case as one machine found it."""

    machine: Annotated[int, Meta(ge=0, description="An index into machines, from 0.")]


class MachineEntry(MapEntry, frozen=True, eq=False):
    """One arm in one case on one machine."""

    seconds: Seconds | None = None
    """Its time there, in seconds as in that run's cells.json. Null where there is no number."""
    baseline: ArmName | None = None
    """Name of the arm that the ratio is to. Null for an arm that was not planned there."""
    ratio: Ratio | None = None
    """Its time divided by its baseline's on the same machine, paired inside blocks, without a
    unit; 1 for a baseline. Null where there is no number."""


class MachineArm(Part, frozen=True, eq=False):
    """One arm in every column."""

    arm: ArmName
    entries: tuple[MachineEntry, ...]
    """One a column, in their order."""
    home: Aside[Findings]  # the first run that has it


class SideBySide(Part, frozen=True, eq=False, kw_only=True):
    """Runs of one plan side by side, a column a machine.

    Times are in seconds, ratios without a unit. A value that does not exist is null. Nothing is
    averaged over columns. Keys are only added; a change of meaning raises the version.
    """

    format: Format
    """What file this is."""
    version: Literal[1]
    """Version of this format."""
    phase: Phase
    machines: tuple[MachineRun, ...]
    """The runs, in the order they were named in."""
    columns: tuple[MachineCase, ...]
    """Every case on every machine: the first case on each, then the next."""
    arms: tuple[MachineArm, ...]
    """Every arm that took part in some column, null arms left out: from fast to slow in the first
    column; those without a number there by the next one, and so on."""

    @property
    def first(self) -> Findings:
        """The run that was named first."""
        return self.machines[0].findings

    @property
    def has_spread_runs(self) -> bool:
        """Whether some run was measured on several machines."""
        return any(one.is_of_several for one in self.machines)


def side_by_side(runs: tuple[Findings, ...]) -> SideBySide:
    """The ``runs``, which are of one plan, side by side."""
    phase = runs[0].main_phase
    columns = tuple(
        taken(MachineCase, map_case(run, case, phase), machine=number)
        for wanted in runs[0].cases
        for number, run in enumerate(runs)
        for case in run.cases
        if case.case_key == wanted.case_key
    )
    rows = (_row(home, arm, columns, phase) for home, arm in _arms(runs))
    told = [row for row in rows if any(one.status not in LEFT_OUT for one in row.entries)]
    return SideBySide(
        format=FORMAT,
        version=VERSION,
        phase=phase,
        machines=tuple(_machine(run, number) for number, run in enumerate(runs, 1)),
        columns=columns,
        arms=tuple(sorted(told, key=_rank)),
    )


def _machine(run: Findings, number: int) -> MachineRun:
    return taken(MachineRun, run, run=run.name, report=f"machine-{number}", findings=run)


def _arms(runs: Iterable[Findings]) -> list[tuple[Findings, Arm]]:
    """Every arm of any of ``runs`` once, with the first that has it."""
    found: dict[object, tuple[Findings, Arm]] = {}
    for run in runs:
        for arm in run.others:
            found.setdefault(arm.identity, (run, arm))
    return list(found.values())


def _row(home: Findings, arm: Arm, columns: tuple[MachineCase, ...], phase: str) -> MachineArm:
    return MachineArm(arm, tuple(_entry(column, arm, phase) for column in columns), home)


def _entry(column: MachineCase, arm: Arm, phase: str) -> MachineEntry:
    here = column.case.same(arm)
    cell = column.case.cell(here, phase) if here else None
    return taken(
        MachineEntry,
        map_entry(column, arm, phase, NOT_PLANNED),
        seconds=cell.seconds if cell else None,
        baseline=cell.baseline if cell else None,
        ratio=cell.ratio if cell else None,
    )


def _rank(row: MachineArm) -> tuple[float, ...]:
    return tuple(one.times.value if one.times else math.inf for one in row.entries)


@dataclass(frozen=True)
class Twins:
    """One problem as two machines made it."""

    ours: Spec
    theirs: Spec

    @property
    def differ_by_rounding(self) -> bool:
        """Whether the reference's answers are one, but for the order in which BLAS adds."""
        a, b = self.ours, self.theirs
        return _is_near(a.reference, b.reference) and _is_near(
            a.losses_reference, b.losses_reference
        )


def _is_near(ours: tuple[float, ...], theirs: tuple[float, ...]) -> bool:
    a, b = np.array(ours), np.array(theirs)
    size = float(np.max(np.abs(a), initial=0.0, where=np.isfinite(a)))
    return a.shape == b.shape and np.allclose(a, b, 0.0, ROUNDING * size, equal_nan=True)
