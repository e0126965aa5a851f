"""The null arm as judge: what two identical things may differ by, and whether that is too much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reports.estimates.disturbed import Kept
from reports.estimates.intervals import EQUIVALENCE, Estimate, Floats, exp, mean, t_half_width
from runfiles.phases import ANY_COLD
from runfiles.records import Arm

State = Literal["shown", "not shown", "unsound"]
Lack = Literal["a null arm", "a second block", "two blocks of both"]


@dataclass(frozen=True)
class Judged:
    """One cell of a null arm: its ratio to the arm it repeats, with the corrected interval."""

    arm: int
    phase: str
    ratio: Estimate
    differs: bool  # the whole interval lies beyond the margin
    is_within: bool  # the whole interval lies inside the margin

    @property
    def bound(self) -> float:
        """The largest log-ratio, up or down, that the interval does not exclude."""
        assert self.ratio.low is not None
        assert self.ratio.high is not None
        return max(abs(math.log(self.ratio.low)), abs(math.log(self.ratio.high)))


@dataclass(frozen=True)
class Judgement:
    """What the run's evidence can bear, and why.

    ``shown``: that identical arms agree within the margin, in every repeated phase. ``unsound``:
    that they differ by more, in some phase, or that too much was disturbed. Else ``not shown``: see
    ``bound``.
    """

    cells: tuple[Judged, ...] = ()
    lack: Lack | None = None  # what it takes to judge and is not there; then there are no cells
    disturbed: Kept | None = None  # the arm that was disturbed too much, whatever the cells say

    @property
    def state(self) -> State:
        """Which of the three it is."""
        if self.disturbed or self.differing:
            return "unsound"
        is_shown = self.cells and all(cell.is_within for cell in self._deciding)
        return "shown" if is_shown else "not shown"

    @property
    def is_usable(self) -> bool:
        """Whether anything may be concluded from the run."""
        return self.state != "unsound"

    @property
    def is_judged(self) -> bool:
        """Whether identical arms were compared at all."""
        return bool(self.cells)

    @property
    def differing(self) -> tuple[Judged, ...]:
        """The cells in which identical arms differ by more than the margin."""
        return tuple(cell for cell in self.cells if cell.differs)

    @property
    def worst(self) -> Judged | None:
        """Of the cells that decide, the one with the largest bound."""
        return max(self._deciding, key=lambda cell: cell.bound, default=None)

    @property
    def _deciding(self) -> tuple[Judged, ...]:
        """The repeated phases, if there are any: what is timed once a process is far noisier."""
        return tuple(cell for cell in self.cells if cell.phase not in ANY_COLD) or self.cells

    def judges(self, phase: str) -> bool:
        """Whether identical arms were compared in ``phase``."""
        return any(cell.phase == phase for cell in self.cells)

    def bound(self, phase: str) -> float:
        """The log-ratio up to which two identical arms may differ in ``phase``; 0 if unjudged."""
        return max((cell.bound for cell in self.cells if cell.phase == phase), default=0.0)


def judge(
    arms: tuple[Arm, ...], baseline: int, phases: tuple[str, ...], logs: Floats, margin: float
) -> Judgement:
    """The judgement of all null arms of ``baseline``; ``logs`` is (arms, phases, blocks).

    Two one-sided tests at 5 % a cell, both against ±log(1 + margin): the 90 % interval, widened
    (Bonferroni) so that those of all cells hold together.
    """
    nulls = [arm.index for arm in arms if arm.null_of == baseline]
    pairs = [
        (arm, phase, logs[arm, p] - logs[baseline, p])
        for arm in nulls
        for p, phase in enumerate(phases)
    ]
    tested = [(a, phase, x[~np.isnan(x)]) for a, phase, x in pairs if np.sum(~np.isnan(x)) >= 2]
    if not tested:
        return Judgement(lack=_lack(nulls, logs.shape[-1]))
    return Judgement(tuple(_judged(a, phase, x, margin, len(tested)) for a, phase, x in tested))


def _judged(arm: int, phase: str, logs: Floats, margin: float, family: int) -> Judged:
    centre, bound = float(mean(logs)), math.log1p(margin)
    half = float(t_half_width(logs, EQUIVALENCE, family))
    ratio = Estimate(exp(centre), exp(centre - half), exp(centre + half), logs.size)
    return Judged(arm, phase, ratio, abs(centre) - half > bound, abs(centre) + half < bound)


def _lack(nulls: list[int], n_blocks: int) -> Lack:
    """What a run needs that has nothing to judge by."""
    if not nulls:
        return "a null arm"
    return "a second block" if n_blocks < 2 else "two blocks of both"
