"""A case: one problem at one size, with every arm, every cell, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

import numpy as np
from msgspec import Meta

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.compared import Compared
from reports.findings.document import Aside, Part
from reports.findings.fastest import Front, front_of
from reports.findings.intervals import Bar, Estimate, Floats
from reports.findings.learned import Learned, learned_at
from reports.findings.left_out import LeftOut, left_out_of
from reports.findings.null_arm import NullArm
from reports.findings.split import Split, shares_of, splits_of
from reports.findings.spread import Spread, spreads_of
from reports.findings.terms import Count, Phase, Threads
from reports.findings.versions import versions
from runfiles.records import Plan
from runfiles.run import Run

T = TypeVar("T")
NEAR = 0.01  # of the reference's loss: nearer than the eye can tell


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

    @cached_property
    def others(self) -> tuple[Arm, ...]:
        """The arms without null arms."""
        return tuple(arm for arm in self.arms if not arm.is_null)

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

    def same(self, arm: Arm) -> Arm | None:
        """What an arm of another case is here; None where it is not."""
        return next((one for one in self.arms if one.identity == arm.identity), None)

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
        column = [cell for cell in self.cells if cell.phase == (phase or self.main_phase)]
        return tuple(sorted(column, key=lambda c: c.seconds.value if c.seconds else np.inf))

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
        """The log of each process's median seconds, (blocks,), NaN where there is none."""
        return self._places[arm.index, phase].logs

    def log_ratios(self, above: Arm, below: Arm, phase: str | None = None) -> Floats:
        """log(arm ``above`` ÷ arm ``below``) in each block, (blocks,)."""
        phase = phase or self.main_phase
        return np.asarray(self.logs(above, phase) - self.logs(below, phase))

    def log_phases(self, arm: Arm, above: str, below: str) -> Floats:
        """log(phase ``above`` ÷ phase ``below``) of one arm in each block, (blocks,)."""
        return np.asarray(self.logs(arm, above) - self.logs(arm, below))

    def to_baseline(self, cell: Cell) -> Floats:
        """log(the cell's time ÷ its baseline's) in each block, (blocks,)."""
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
    def lead(self) -> Front[Arm] | None:
        """Who is in front of the autodiff arms; of all arms where none of them is one."""
        cells = self.timed(differentiation="autodiff") or self.timed()
        return front_of(self, [cell.arm for cell in cells])

    @cached_property
    def lead_of_all(self) -> Front[Arm] | None:
        """Who is in front of all arms, those by hand too."""
        return front_of(self, [cell.arm for cell in self.timed()])

    def lead_of_like(self, arm: Arm) -> Front[Arm] | None:
        """Who is in front of the arms of its differentiation, device and dtype."""
        same = self.timed(differentiation=arm.differentiation)
        return front_of(self, [cell.arm for cell in same if cell.arm.place == arm.place])

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """How far the blocks of every arm lie from its ratio, from fast to slow."""
        return spreads_of(self)

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """Where the epoch of every timed arm goes, from fast to slow."""
        return splits_of(self)

    def shares(self, arm: Arm) -> dict[str, float]:
        """What of the arm's epoch its parts take; empty unless all of them are timed."""
        return shares_of(self, arm)

    def strays(self, arm: Arm) -> bool:
        """Whether a loss of the arm is off the reference's by more than 1 %, or not there."""
        given, reference = arm.losses or (), self.run.plan.problem.losses_reference
        same = len(given) == len(reference) and np.allclose(given, reference, rtol=NEAR, atol=0)
        return not same

    def learned_at(self, place: int) -> Learned | None:
        """What was learned at a place among all numbers of the parameters; None if nothing was."""
        return learned_at(self, place)

    @cached_property
    def several_dtypes(self) -> bool:
        """Whether arms of several dtypes have a time."""
        return len({cell.arm.dtype for cell in self.timed()}) > 1

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

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The arms that took no part, by status and reason."""
        return left_out_of(self.arms)

    @cached_property
    def versions(self) -> dict[Arm, str]:
        """Framework and version of every arm whose framework ran in several."""
        return versions(self.arms)


def main_phase(plan: Plan, phases: tuple[str, ...]) -> str:
    """The phase that sizes are compared by, or the first of ``phases`` where it is not one."""
    return compared_phase(plan) if compared_phase(plan) in phases else phases[0]


def compared_phase(plan: Plan) -> str:
    """The epoch, of what is not trained the gradient."""
    return "epoch" if plan.problem.trained else "gradient"
