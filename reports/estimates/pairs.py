"""Pairs: two arms of a run, an older and a newer one, compared inside its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.estimates.intervals import (
    CONFIDENCE,
    Estimate,
    Verdict,
    detectable,
    log_estimate,
    verdict,
)
from reports.estimates.ratios import Summary
from runfiles.phases import ANY_COLD
from runfiles.records import Pair

Outcome = Literal["regression", "undecided", "passed"]


@dataclass(frozen=True)
class PairCell:
    """A pair in one phase: the newer arm's time ÷ the older arm's."""

    pair: Pair
    phase: str
    ratio: Estimate  # with its own 95 % interval
    corrected: Estimate  # the same, its interval widened for all cells: it decides
    verdict: Verdict | None  # of the newer arm; None where the run's evidence is unsound
    mde: float | None  # the smallest true ratio that would have been called slower, 4 times in 5
    is_judged: bool  # whether identical arms were compared in this phase

    @property
    def is_regression(self) -> bool:
        """Whether the newer arm is confirmed to be slower: beyond what identical arms differ by."""
        return self.verdict == "slower" and self.is_judged

    @property
    def is_unjudged(self) -> bool:
        """Whether it is slower where nothing shows what identical arms differ by."""
        return self.verdict == "slower" and not self.is_judged


@dataclass(frozen=True)
class Gate:
    """What a run says of its pairs, in all its cases.

    A regression is beyond what identical arms may differ by at its size, so it stands even where
    these are not shown to agree. Without one the gate passes only where a difference could have
    shown: every pair was timed, identical arms agree, and they were compared where a pair differs.
    """

    cells: tuple[tuple[Summary, PairCell], ...]  # with the size that each is of
    untimed: tuple[tuple[Summary, Pair], ...]
    unshown: tuple[Summary, ...]  # sizes at which identical arms are not shown to agree

    @property
    def regressions(self) -> tuple[tuple[Summary, PairCell], ...]:
        """The confirmed ones."""
        return tuple(found for found in self.cells if found[1].is_regression)

    @property
    def unjudged(self) -> tuple[tuple[Summary, PairCell], ...]:
        """Those that are slower in a phase that no identical arms were compared in."""
        return tuple(found for found in self.cells if found[1].is_unjudged)

    @property
    def outcome(self) -> Outcome:
        """What the command's exit code stands for."""
        if self.regressions:
            return "regression"
        return "undecided" if self.untimed or self.unshown or self.unjudged else "passed"


def pair_cells(summary: Summary) -> tuple[PairCell, ...]:
    """Every pair of a size in every repeated phase that both its arms have a block of.

    Intervals are widened (Bonferroni) so that all of the size's cells hold together: whichever of
    them is beyond the bar, it is not the luck of the many.
    """
    found = [
        (pair, phase)
        for pair in summary.run.plan.pairs
        for phase in summary.phases
        if phase not in ANY_COLD and _ratio(summary, pair, phase) is not None
    ]
    return tuple(_cell(summary, pair, phase, len(found)) for pair, phase in found)


def gate(summary: Summary) -> Gate | None:
    """The gate of a run that was asked for one."""
    if not summary.run.plan.gate:
        return None
    sizes = summary.cases
    cells = tuple((size, cell) for size in sizes for cell in pair_cells(size))
    timed = {(id(size), cell.pair) for size, cell in cells}
    return Gate(
        cells,
        tuple((s, pair) for s in sizes for pair in s.run.plan.pairs if (id(s), pair) not in timed),
        tuple(size for size in sizes if size.null_arm.state != "shown"),
    )


def _ratio(summary: Summary, pair: Pair, phase: str, family: int = 1) -> Estimate | None:
    return log_estimate(summary.log_ratios(pair.new, pair.old, phase), CONFIDENCE, family)


def _cell(summary: Summary, pair: Pair, phase: str, family: int) -> PairCell:
    logs, bar = summary.log_ratios(pair.new, pair.old, phase), summary.bar(phase)
    ratio, corrected = _ratio(summary, pair, phase), _ratio(summary, pair, phase, family)
    assert ratio is not None
    assert corrected is not None
    null, mde = summary.null_arm, detectable(logs, bar, family)
    called = verdict(logs, bar, family) if null.is_usable else None
    return PairCell(pair, phase, ratio, corrected, called, mde, null.judges(phase))
