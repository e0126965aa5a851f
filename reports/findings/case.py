"""A case: one problem at one size, with every arm and every cell, and where each is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

import numpy as np
from msgspec import Meta

from reports.findings.arms import Arm
from reports.findings.blocks import Block
from reports.findings.cells import Cell
from reports.findings.compared import Compared
from reports.findings.document import Aside, Part
from reports.findings.intervals import CONFIDENCE, Bar, Estimate, Floats, log_estimate
from reports.findings.machines import Machines
from reports.findings.mean import from_small_to_large
from reports.findings.null_arm import NullArm
from reports.findings.terms import Count, Phase, Threads
from runfiles.phases import DERIVED
from runfiles.records import Plan, Process
from runfiles.run import Run

T = TypeVar("T")


class Case(Part, frozen=True, eq=False, kw_only=True):
    """The plan's choices, the arms and their cells, and the null arm's judgement of them."""

    created: str
    """When the run was planned, ISO 8601 in UTC."""
    profile: str
    """quick, default or thorough. A quick run gates nothing."""
    seed: Count
    """Seed that the orders of the blocks were drawn from."""
    threads: Threads
    margin: Annotated[float, Meta(gt=0)]
    """Half-width of the band of equivalence, as a fraction."""
    rounds: int | None
    """Rounds that a cell was to have in a process. Null where the plan does not say."""
    max_discards: int | None
    """Noisy blocks that might be measured again. Null where the plan does not say."""
    phases: tuple[Phase, ...]
    """Phases that were to be timed, cold ones included."""
    baseline: Arm
    """Name of the arm that ratios are to; another dtype may have a baseline of its own."""
    null_arm: NullArm
    arms: tuple[Arm, ...]
    """Every arm of the plan, in its order."""
    cells: tuple[Cell, ...]
    """Every arm in every phase at the run's own size."""
    run: Aside[Run]
    machines: Aside[Machines]  # of the run, in all its cases
    blocks: Aside[tuple[Block, ...]]

    @cached_property
    def others(self) -> tuple[Arm, ...]:
        """The arms without null arms."""
        return tuple(arm for arm in self.arms if not arm.is_null)

    @cached_property
    def compared_arms(self) -> tuple[Arm, ...]:
        """The arms without null arms and without baselines."""
        return tuple(arm for arm in self.others if not self.is_baseline(arm))

    @property
    def case_key(self) -> tuple[object, ...]:
        """What makes a case the same in two runs; whether its data are is asked afterwards."""
        spec = self.run.plan.problem
        return spec.objective, spec.n_examples, spec.batch_size, tuple(sorted(spec.counts.items()))

    @cached_property
    def main_phase(self) -> str:
        """The phase a reader asks for first: ``epoch`` where it was timed.

        Of what is not trained the gradient.
        """
        return main_phase(self.run.plan, self.phases)

    @property
    def compared_phase(self) -> str:
        """The phase that sizes are compared by: the epoch, of what is not trained the gradient."""
        return compared_phase(self.run.plan)

    def processes(self, arm: Arm) -> tuple[Process, ...]:
        """The processes of ``arm``."""
        return self.run.by_arm.get(arm.index, ())

    @property
    def blocks_there(self) -> tuple[Block, ...]:
        """Those of the machine whose seconds are told."""
        return tuple(one for one in self.blocks if self.machines.is_told(one.machine))

    def same(self, arm: Arm) -> Arm | None:
        """What an arm of another case is here; None where it is not."""
        return self._identities.get(arm.identity)

    @cached_property
    def _identities(self) -> dict[object, Arm]:
        return {arm.identity: arm for arm in reversed(self.arms)}  # of two alike the first

    def cell(self, arm: Arm, phase: str | None = None) -> Cell | None:
        """The cell of ``arm`` in a phase, the main one if not said; None without that phase."""
        return self._places.get((arm.index, phase or self.main_phase))

    @cached_property
    def _places(self) -> dict[tuple[int, str], Cell]:
        return {(cell.arm.index, cell.phase): cell for cell in self.cells}

    def compared(
        self,
        arm: Arm,
        of: Arm | None = None,
        ratio: Estimate | None = None,
        is_shown: bool = False,
    ) -> Compared:
        """``arm`` with its time of the main phase, beside that of another one."""
        cell = self.cell(arm)
        seconds = cell.seconds if cell else None
        return Compared(arm=arm, of=of, is_shown=is_shown, seconds=seconds, ratio=ratio)

    def ranked(self, phase: str | None = None) -> tuple[Cell, ...]:
        """The cells of a phase: timed ones from fast to slow, then the others as planned."""
        return self._ranked.get(phase or self.main_phase, ())

    @cached_property
    def _ranked(self) -> dict[str, tuple[Cell, ...]]:
        phases: dict[str, list[Cell]] = {}
        for cell in sorted(self.cells, key=lambda c: c.seconds.value if c.seconds else np.inf):
            phases.setdefault(cell.phase, []).append(cell)
        return {phase: self._by_ratio(cells) for phase, cells in phases.items()}

    def _by_ratio(self, cells: list[Cell]) -> tuple[Cell, ...]:
        """The same, of several machines by what all of them say; a difference has no ratio."""
        if not self.machines.are_several or cells[0].phase in DERIVED:
            return tuple(cells)
        found = from_small_to_large({cell: cell.logs for cell in cells if cell.status == "ok"})
        return (*found, *(cell for cell in cells if cell.status != "ok"))

    def timed(
        self, phase: str | None = None, differentiation: str | None = None
    ) -> tuple[Cell, ...]:
        """The timed cells of the (main) phase from fast to slow, null arms left out."""
        return tuple(
            cell
            for cell in self.ranked(phase)
            if cell.seconds and not cell.is_null
            if differentiation in (None, cell.arm.differentiation)
        )

    def timed_arms(self, phase: str | None = None, kind: str | None = None) -> tuple[Arm, ...]:
        """The arms of these cells; ``kind``: of one differentiation."""
        return tuple(cell.arm for cell in self.timed(phase, kind))

    @cached_property
    def ranking(self) -> tuple[Cell, ...]:
        """The ranked cells of the main phase, without the arms left out."""
        return tuple(cell for cell in self.ranked() if not cell.arm.is_left_out)

    def verdict(self, cell: Cell) -> str:
        """The cell's verdict, ``unusable`` where the run lets none stand, ``""`` if it has none."""
        judgeable = cell.ratio is not None and not cell.is_baseline
        return cell.verdict or ("unusable" if judgeable and not self.null_arm.is_usable else "")

    def bar(self, phase: str) -> Bar:
        """What a claim about a ratio of two arms in ``phase`` must clear."""
        return Bar(self.margin, self.null_arm.bound(phase))

    def logs(self, arm: Arm, phase: str) -> Floats:
        """The log of each process's median seconds, ([machines,] blocks), NaN where there is none.

        Seconds of several machines may be compared inside blocks only: see ``logs_there``.
        """
        return self._places[arm.index, phase].logs

    def logs_there(self, arm: Arm, phase: str) -> Floats:
        """The same of the one machine whose seconds are told, (blocks,)."""
        return self.machines.there(self.logs(arm, phase))

    def log_ratios(self, above: Arm, below: Arm, phase: str | None = None) -> Floats:
        """log(arm ``above`` ÷ arm ``below``) in each block, ([machines,] blocks)."""
        phase = phase or self.main_phase
        return np.asanyarray(self.logs(above, phase) - self.logs(below, phase))

    def ratio(
        self, above: Arm, below: Arm, phase: str | None = None, family: int = 1
    ) -> Estimate | None:
        """Arm ``above`` ÷ arm ``below``, paired by block, its interval widened for ``family``.

        None where no block has both, as in a phase that was not timed.
        """
        if (phase or self.main_phase) not in self.phases:
            return None
        return log_estimate(self.log_ratios(above, below, phase), CONFIDENCE, family)

    def ratio_of_phases(self, arm: Arm, above: str, below: str) -> Estimate | None:
        """Phase ``above`` ÷ phase ``below`` of one arm, paired by block; None as for ``ratio``."""
        if not {above, below} <= set(self.phases):
            return None
        return log_estimate(self.logs(arm, above) - self.logs(arm, below))

    def to_baseline(self, cell: Cell) -> Floats:
        """log(the cell's time ÷ its baseline's) in each block, ([machines,] blocks)."""
        return self.log_ratios(cell.arm, cell.baseline, cell.phase)

    def baseline_of(self, arm: Arm) -> Arm:
        """The arm that ``arm`` is compared with."""
        return self._places[arm.index, self.main_phase].baseline

    def is_baseline(self, arm: Arm) -> bool:
        """Whether ``arm`` is what the arms of its dtype are compared with."""
        return self.baseline_of(arm) is arm

    def race_dtype(self, arms: Iterable[Arm]) -> str:
        """In which dtype some of ``arms`` race: the baseline's, or the first if it has none."""
        dtypes = [arm.dtype for arm in arms]
        return self.baseline.dtype if self.baseline.dtype in dtypes else dtypes[0]

    @cached_property
    def several_dtypes(self) -> bool:
        """Whether arms of several dtypes have a time."""
        return len({arm.dtype for arm in self.timed_arms()}) > 1

    def differ_in(self, name: str) -> bool:
        """Whether the arms differ in a property, such as their device."""
        return len({getattr(arm, name) for arm in self.others}) > 1

    @cached_property
    def _made(self) -> dict[Callable[[Any], object], Any]:
        return {}

    def once(self, make: Callable[[Self], T]) -> T:
        """What ``make`` makes of these findings, made at the first time."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found


def main_phase(plan: Plan, phases: tuple[str, ...]) -> str:
    """The phase that sizes are compared by, or the first of ``phases`` where it is not one."""
    return compared_phase(plan) if compared_phase(plan) in phases else phases[0]


def compared_phase(plan: Plan) -> str:
    """The epoch, of what is not trained the gradient."""
    return "epoch" if plan.problem.trained else "gradient"
