"""Pairs: two arms of a run, an older and a newer one, compared inside its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from reports.findings.arms import Arm
from reports.findings.document import Aside, Part, key
from reports.findings.intervals import (
    CONFIDENCE,
    Estimate,
    Floats,
    Verdict,
    detectable,
    log_estimate,
    verdict,
)
from reports.findings.terms import Blocks, Count, Phase, Ratio
from runfiles.phases import ANY_COLD

if TYPE_CHECKING:
    from reports.findings.findings import Findings

Outcome = Literal["regression", "undecided", "passed"]


class Pair(Part, frozen=True, eq=False, kw_only=True):
    """A pair in one phase: the newer arm's time divided by the older arm's, inside blocks."""

    old: Arm
    """Name of the older arm."""
    new: Arm
    """Name of the newer arm."""
    phase: Phase
    ratio: Ratio
    """Time of new divided by that of old, without a unit."""
    verdict: Verdict | None
    """Of the newer arm, by the corrected interval. Null where the run's evidence is unusable."""
    mde: float | None
    """The smallest true ratio that would have been called slower 4 times in 5, without a unit. Null
    with fewer than two blocks."""
    corrected: Aside[Estimate]  # the ratio, its interval widened for all cells: it decides
    is_judged: Aside[bool]  # whether identical arms were compared in this phase

    @key
    def n_blocks(self) -> Blocks:
        return self.ratio.n

    @key
    def corrected_low(self) -> float | None:
        """Lower end of the interval widened for all of the size's pairs and phases: it decides.
        Null where there are fewer than two blocks.
        """
        return self.corrected.low

    @key
    def corrected_high(self) -> float | None:
        """Upper end of the interval widened for all of the size's pairs and phases: it decides.
        Null where there are fewer than two blocks.
        """
        return self.corrected.high

    @property
    def is_regression(self) -> bool:
        """Whether the newer arm is confirmed to be slower: beyond what identical arms differ by."""
        return self.verdict == "slower" and self.is_judged

    @property
    def is_unjudged(self) -> bool:
        """Whether it is slower where nothing shows what identical arms differ by."""
        return self.verdict == "slower" and not self.is_judged


@dataclass(frozen=True, eq=False)
class Gated:
    """A pair in a case: in one phase, or as one that has no time."""

    case: Findings
    old: Arm
    new: Arm
    pair: Pair | None  # None: no block has both its arms

    @property
    def is_main(self) -> bool:
        """Whether it is of the phase that a reader asks for first."""
        return self.pair is not None and self.pair.phase == self.case.main_phase


class Gate(Part, frozen=True, eq=False):
    """What the gate says of the pairs at all sizes.

    A regression is beyond what identical arms may differ by at its size, so it stands even where
    these are not shown to agree. Without one the gate passes only where a difference could have
    shown: every pair was timed, identical arms agree, and they were compared where a pair differs.
    """

    cells: Aside[tuple[Gated, ...]]
    untimed: Aside[tuple[Gated, ...]]
    cases: Aside[tuple[Findings, ...]]
    unshown: Aside[tuple[Findings, ...]]  # cases in which identical arms are not shown to agree

    @cached_property
    def regressions(self) -> tuple[Gated, ...]:
        """The confirmed ones."""
        return tuple(one for one in self.cells if one.pair and one.pair.is_regression)

    @cached_property
    def unjudged(self) -> tuple[Gated, ...]:
        """Those that are slower in a phase that no identical arms were compared in."""
        return tuple(one for one in self.cells if one.pair and one.pair.is_unjudged)

    @cached_property
    def could_see(self) -> float | None:
        """The ratio that it would have called in the main phase of every pair and size."""
        pairs = (one.pair for one in self.cells if one.pair and one.is_main)
        return max((pair.mde for pair in pairs if pair.mde is not None), default=None)

    @key
    def outcome(self) -> Outcome:
        """regression: confirmed, the command exits with 1. undecided: a pair has no time, or
        identical arms are not shown to agree; 2. passed: neither; 0.
        """
        if self.regressions:
            return "regression"
        return "undecided" if self.untimed or self.unshown or self.unjudged else "passed"

    @key
    def n_cells(self) -> Count:
        """Pairs in phases that it judged, at all sizes."""
        return len(self.cells)

    @key
    def n_regressions(self) -> Count:
        """Those of them that are confirmed slower."""
        return len(self.regressions)


def pairs_of(findings: Findings) -> tuple[Pair, ...]:
    """Every pair of a size in every repeated phase that both its arms have a block of.

    Intervals are widened (Bonferroni) so that all of the size's cells hold together: whichever of
    them is beyond the bar, it is not the luck of the many.
    """
    found = [
        (old, new, phase, findings.log_ratios(new, old, phase))
        for old, new in planned(findings)
        for phase in findings.phases
        if phase not in ANY_COLD
    ]
    timed = [(*one, ratio) for one in found if (ratio := log_estimate(one[-1]))]
    return tuple(_pair(findings, *one, len(timed)) for one in timed)


def planned(findings: Findings) -> list[tuple[Arm, Arm]]:
    """(older arm, newer arm) of every pair of the plan."""
    arms = findings.arms
    return [(arms[pair.old], arms[pair.new]) for pair in findings.run.plan.pairs]


def _pair(
    findings: Findings, old: Arm, new: Arm, phase: str, logs: Floats, ratio: Estimate, family: int
) -> Pair:
    bar, null = findings.bar(phase), findings.null_arm
    corrected = log_estimate(logs, CONFIDENCE, family)
    assert corrected is not None
    return Pair(
        old=old,
        new=new,
        phase=phase,
        ratio=ratio,
        verdict=verdict(logs, bar, family) if null.is_usable else None,
        mde=detectable(logs, bar, family),
        corrected=corrected,
        is_judged=null.judges(phase),
    )


def gate_of(findings: Findings) -> Gate | None:
    """The gate of a run that was asked for one."""
    if not findings.run.plan.gate:
        return None
    return Gate(
        tuple(Gated(case, p.old, p.new, p) for case in findings.cases for p in case.pairs),
        tuple(one for case in findings.cases for one in _untimed(case)),
        findings.cases,
        tuple(case for case in findings.cases if case.null_arm.state != "shown"),
    )


def _untimed(case: Findings) -> list[Gated]:
    timed = {(pair.old, pair.new) for pair in case.pairs}
    return [Gated(case, *pair, None) for pair in planned(case) if pair not in timed]
