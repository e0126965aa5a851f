"""The null arm as judge: what two identical things may differ by, and whether that is too much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np

from reports.findings.disturbed import DisturbedArm
from reports.findings.document import Aside, Part, key, means
from reports.findings.intervals import EQUIVALENCE, Estimate, Floats, exp, measured
from reports.findings.mean import Mean, mean_over
from reports.findings.terms import Phase
from runfiles.phases import ANY_COLD
from runfiles.records import Arm

State = Literal["shown", "not shown", "unsound"]
Lack = Literal["a null arm", "a second block", "two blocks of both", "two blocks of a machine"]


class NullCell(Part, frozen=True, eq=False):
    """One null arm in one phase: its ratio to the arm it repeats."""

    called: ClassVar[Mapping[str, str]] = {"is_within": "within"}

    arm: str
    """The null arm's name."""
    phase: Phase
    """The phase it was judged in."""
    ratio: Annotated[Estimate, means("its interval, of 90 % and widened for all cells.")]
    """Its time divided by that of the arm it repeats, without a unit."""
    differs: bool
    """Whether the whole interval lies beyond the margin."""
    is_within: bool
    """Whether the whole interval lies inside the margin."""

    @property
    def bound(self) -> float:
        """The largest log-ratio, up or down, that the interval does not exclude."""
        assert self.ratio.low is not None
        assert self.ratio.high is not None
        return max(abs(math.log(self.ratio.low)), abs(math.log(self.ratio.high)))

    @property
    def factor(self) -> float:
        """The same as a ratio."""
        assert self.ratio.low is not None
        assert self.ratio.high is not None
        return max(self.ratio.high, 1 / self.ratio.low)


class NullArm(Part, frozen=True, eq=False):
    """The null arms as judges: what two identical things differ by."""

    called: ClassVar[Mapping[str, str]] = {"is_usable": "usable", "is_judged": "judged"}

    cells: tuple[NullCell, ...] = ()
    """Every cell that was judged."""
    lack: Aside[Lack | None] = None  # what it takes to judge and is not there; then no cells
    disturbed: Aside[DisturbedArm | None] = None  # too much, whatever the cells say
    margin: Aside[float] = 0.0
    n_blocks: Aside[int] = 0
    main_phase: Aside[str | None] = None

    @key
    def state(self) -> State:
        """What the evidence can bear: identical arms are shown to agree within the margin, or it is
        not shown, or they differ by more or too much was disturbed.
        """
        if self.disturbed or self.differing:
            return "unsound"
        is_shown = self.cells and all(cell.is_within for cell in self._deciding)
        return "shown" if is_shown else "not shown"

    @key
    def is_usable(self) -> bool:
        """Whether the evidence stands."""
        return self.state != "unsound"

    @key
    def is_judged(self) -> bool:
        """Whether there was a null arm to judge by."""
        return bool(self.cells)

    @property
    def differing(self) -> tuple[NullCell, ...]:
        """The cells in which identical arms differ by more than the margin."""
        return tuple(cell for cell in self.cells if cell.differs)

    @property
    def worst(self) -> NullCell | None:
        """Of the cells that decide, the one with the largest bound."""
        return max(self._deciding, key=lambda cell: cell.bound, default=None)

    @property
    def main(self) -> NullCell | None:
        """Of the main phase's cells the one with the largest bound."""
        mine = [cell for cell in self.cells if cell.phase == self.main_phase]
        return max(mine, key=lambda cell: cell.bound, default=None)

    @property
    def _deciding(self) -> tuple[NullCell, ...]:
        """The repeated phases, if there are any: what is timed once a process is far noisier."""
        return tuple(cell for cell in self.cells if cell.phase not in ANY_COLD) or self.cells

    def factor(self, phase: str) -> float:
        """The ratio up to which two identical arms may differ in ``phase``; 1 if unjudged."""
        return exp(self.bound(phase))

    def judges(self, phase: str) -> bool:
        """Whether identical arms were compared in ``phase``."""
        return phase in self._bounds

    def bound(self, phase: str) -> float:
        """The log-ratio up to which two identical arms may differ in ``phase``; 0 if unjudged."""
        return self._bounds.get(phase, 0.0)

    @cached_property
    def _bounds(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for cell in self.cells:
            found[cell.phase] = max(found.get(cell.phase, 0.0), cell.bound)
        return found


def judge(
    arms: tuple[Arm, ...], baseline: int, phases: tuple[str, ...], logs: Floats, margin: float
) -> NullArm:
    """The judgement of all null arms of ``baseline``.

    ``logs`` is (arms, phases, blocks), of several machines (arms, phases, machines, blocks).

    Two one-sided tests at 5 % a cell, both against ±log(1 + margin): the 90 % interval, widened
    (Bonferroni) so that those of all cells hold together.
    """
    nulls = [arm for arm in arms if arm.null_of == baseline]
    pairs = [
        (arm.name, phase, mean_over(measured(logs[arm.index, p] - logs[baseline, p])))
        for arm in nulls
        for p, phase in enumerate(phases)
    ]
    n_blocks = logs.shape[-1]
    tested = [one for one in pairs if not np.isnan(one[2].half(EQUIVALENCE))]
    if not tested:
        return NullArm((), _lack(nulls, logs), None, margin, n_blocks)
    cells = tuple(_judged(*one, margin, len(tested)) for one in tested)
    return NullArm(cells, None, None, margin, n_blocks)


def _judged(arm: str, phase: str, found: Mean, margin: float, family: int) -> NullCell:
    centre, bound = float(found.value), math.log1p(margin)
    half = float(found.half(EQUIVALENCE, family))
    ratio = Estimate(exp(centre), exp(centre - half), exp(centre + half), int(found.n))
    return NullCell(arm, phase, ratio, abs(centre) - half > bound, abs(centre) + half < bound)


def _lack(nulls: list[Arm], logs: Floats) -> Lack:
    """What a run needs that has nothing to judge by."""
    if not nulls:
        return "a null arm"
    if logs.ndim > 3:  # of several machines
        return "two blocks of a machine"
    return "a second block" if logs.shape[-1] < 2 else "two blocks of both"
