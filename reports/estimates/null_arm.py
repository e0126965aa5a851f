"""The null arm as judge: what two identical things may differ by, and whether that is too much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reports.estimates.intervals import EQUIVALENCE, Estimate, Floats, exp, mean, t_half_width
from reports.words.numbers import difference, percent
from reports.words.phases import words
from runfiles.phases import COLD
from runfiles.records import Arm

State = Literal["shown", "not shown", "unsound"]


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
    that they differ by more, in some phase. Else ``not shown``: see ``bound``.
    """

    state: State
    is_judged: bool  # False: no null arm, or too few of its blocks; the state is "not shown"
    cells: tuple[Judged, ...]
    text: str
    is_disturbed: bool = False  # unsound for the machine's disturbances, whatever the null arm says

    @property
    def labelled(self) -> str:
        """The text, with what it judges by."""
        return self.text if self.is_disturbed else f"Null arm: {self.text}"

    @property
    def cause(self) -> str:
        """Why the evidence is unsound, in half a sentence."""
        if self.is_disturbed:
            return "the machine disturbed too much of it"
        return "two identical arms came out different"

    @property
    def is_usable(self) -> bool:
        """Whether anything may be concluded from the run."""
        return self.state != "unsound"

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
    pairs = [
        (arm.index, phase, logs[arm.index, p] - logs[baseline, p])
        for arm in arms
        if arm.null_of == baseline
        for p, phase in enumerate(phases)
    ]
    tested = [(a, phase, x[~np.isnan(x)]) for a, phase, x in pairs if np.sum(~np.isnan(x)) >= 2]
    if not tested:
        return Judgement("not shown", False, (), _unjudged(arms, baseline, logs.shape[-1]))
    cells = tuple(_judged(a, phase, x, margin, len(tested)) for a, phase, x in tested)
    state = _state(cells)
    return Judgement(state, True, cells, _text(state, cells, margin))


def _judged(arm: int, phase: str, logs: Floats, margin: float, family: int) -> Judged:
    centre, bound = float(mean(logs)), math.log1p(margin)
    half = float(t_half_width(logs, EQUIVALENCE, family))
    ratio = Estimate(exp(centre), exp(centre - half), exp(centre + half), logs.size)
    return Judged(arm, phase, ratio, abs(centre) - half > bound, abs(centre) + half < bound)


def _state(cells: tuple[Judged, ...]) -> State:
    if any(cell.differs for cell in cells):
        return "unsound"
    return "shown" if all(cell.is_within for cell in _deciding(cells)) else "not shown"


def _deciding(cells: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """The repeated phases, if there are any: what is timed once a process is far noisier."""
    return tuple(cell for cell in cells if cell.phase not in COLD) or cells


def _unjudged(arms: tuple[Arm, ...], baseline: int, n_blocks: int) -> str:
    if not any(arm.null_of == baseline for arm in arms):
        return "This run has no null arm, so nothing shows what two identical things differ by."
    if n_blocks < 2:
        return "The null arm cannot judge this run: that takes two blocks."
    return (
        "The null arm cannot judge this run: it and the baseline succeeded together in fewer "
        f"than 2 of {n_blocks} blocks."
    )


def _text(state: State, cells: tuple[Judged, ...], margin: float) -> str:
    if state == "unsound":
        different = ", ".join(words(cell.phase) for cell in cells if cell.differs)
        return (
            f"Unsound evidence: two identical arms differ by more than the margin of "
            f"{percent(margin)} in {different}, even with the intervals widened for all "
            f"{len(cells)} cells."
        )
    worst = max(_deciding(cells), key=lambda cell: cell.bound)
    most = f"{difference(exp(worst.bound))} here (in {words(worst.phase)})"
    if state == "shown":
        return (
            f"Two identical arms are shown to differ by no more than {most}, which is inside the "
            f"margin of {percent(margin)}."
        )
    return f"Two identical arms may differ by up to {most}: nothing smaller means anything."
