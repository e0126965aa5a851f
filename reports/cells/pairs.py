"""Pairs and what the gate says of them, in cells.json."""

from __future__ import annotations

from reports.cells.terms import Blocks, Count, Phase, Ratio
from reports.document import Part
from reports.estimates import pairs as compared
from reports.estimates.intervals import Verdict
from reports.estimates.pairs import Outcome
from reports.estimates.ratios import Summary
from reports.words.pair_words import gate_text


class Pair(Part, frozen=True):
    """A pair in one phase: the newer arm's time divided by the older arm's, inside blocks."""

    old: str
    """Name of the older arm."""
    new: str
    """Name of the newer arm."""
    phase: Phase
    n_blocks: Blocks
    ratio: Ratio
    """Time of new divided by that of old, without a unit."""
    corrected_low: float | None
    """Lower end of the interval widened for all of the size's pairs and phases: it decides. Null
    where there are fewer than two blocks."""
    corrected_high: float | None
    """Upper end of the interval widened for all of the size's pairs and phases: it decides. Null
    where there are fewer than two blocks."""
    verdict: Verdict | None
    """Of the newer arm, by the corrected interval. Null where the run's evidence is unusable."""
    mde: float | None
    """The smallest true ratio that would have been called slower 4 times in 5, without a unit. Null
    with fewer than two blocks."""


class Gate(Part, frozen=True):
    """What the gate says of the pairs at all sizes."""

    outcome: Outcome
    """regression: confirmed, the command exits with 1. undecided: a pair has no time, or identical
    arms are not shown to agree; 2. passed: neither; 0."""
    n_cells: Count
    """Pairs in phases that it judged, at all sizes."""
    n_regressions: Count
    """Those of them that are confirmed slower."""
    text: str
    """The same in words."""


def pairs(summary: Summary) -> tuple[Pair, ...]:
    """Every pair in every phase of a size."""
    return tuple(_pair(summary, cell) for cell in compared.pair_cells(summary))


def _pair(summary: Summary, cell: compared.PairCell) -> Pair:
    return Pair(
        old=summary.arms[cell.pair.old].name,
        new=summary.arms[cell.pair.new].name,
        phase=cell.phase,
        n_blocks=cell.ratio.n,
        ratio=cell.ratio,
        corrected_low=cell.corrected.low,
        corrected_high=cell.corrected.high,
        verdict=cell.verdict,
        mde=cell.mde,
    )


def gate(summary: Summary) -> Gate | None:
    """What the gate says of all sizes, None where none was asked for."""
    asked = compared.gate(summary)
    if asked is None:
        return None
    text = gate_text(summary, asked)
    return Gate(asked.outcome, len(asked.cells), len(asked.regressions), text)
