"""The null arm as judge: what two identical things differ by, and whether that is too much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.estimates.intervals import (
    CONFIDENCE,
    Estimate,
    Floats,
    exp,
    mean,
    t_half_width,
    verdict,
)
from reports.result.run import Arm
from reports.words.numbers import difference, percent
from reports.words.phases import words


@dataclass(frozen=True)
class Judged:
    """One cell of a null arm: its ratio to the arm it repeats, with the corrected interval."""

    arm: int
    phase: str
    ratio: Estimate
    differs: bool


@dataclass(frozen=True)
class Judgement:
    """Whether the run's evidence is usable, and why."""

    is_usable: bool
    is_judged: bool
    cells: tuple[Judged, ...]
    text: str


def judge(
    arms: tuple[Arm, ...], baseline: int, phases: tuple[str, ...], logs: Floats, margin: float
) -> Judgement:
    """The judgement of all null arms of ``baseline``; ``logs`` is (arms, phases, blocks).

    Different is what a verdict calls different: an interval wholly beyond ``margin``. Each
    interval is widened (Bonferroni) so that all together hold with 95 %.
    """
    pairs = [
        (arm.index, phase, logs[arm.index, p] - logs[baseline, p])
        for arm in arms
        if arm.null_of == baseline
        for p, phase in enumerate(phases)
    ]
    tested = [(a, phase, x[~np.isnan(x)]) for a, phase, x in pairs if np.sum(~np.isnan(x)) >= 2]
    if not tested:
        return Judgement(True, False, (), _unjudged(arms, baseline, logs.shape[-1]))
    cells = tuple(_judged(a, phase, x, margin, len(tested)) for a, phase, x in tested)
    text = _text(cells, margin)
    return Judgement(not any(c.differs for c in cells), True, cells, text)


def _judged(arm: int, phase: str, logs: Floats, margin: float, family: int) -> Judged:
    centre = float(mean(logs))
    half = float(t_half_width(logs, CONFIDENCE, family))
    ratio = Estimate(exp(centre), exp(centre - half), exp(centre + half), logs.size)
    return Judged(arm, phase, ratio, verdict(logs, margin, family) in ("faster", "slower"))


def _unjudged(arms: tuple[Arm, ...], baseline: int, n_blocks: int) -> str:
    if not any(arm.null_of == baseline for arm in arms):
        return "This run has no null arm, so nothing shows what two identical things differ by."
    return (
        "The null arm cannot judge this run: it and the baseline succeeded together in fewer "
        f"than 2 of {n_blocks} blocks."
    )


def _text(cells: tuple[Judged, ...], margin: float) -> str:
    worst = max(cells, key=lambda cell: abs(np.log(cell.ratio.value)))
    apart = (
        f"by {difference(exp(abs(np.log(worst.ratio.value))))} at most (in {words(worst.phase)})"
    )
    different = [words(cell.phase) for cell in cells if cell.differs]
    if different:
        return (
            f"Unusable evidence: two identical arms differ in {', '.join(different)}, even with "
            f"the intervals widened for {len(cells)} cells; they differ {apart}."
        )
    return (
        f"Two identical arms differ {apart}; no interval, widened for {len(cells)} cells, lies "
        f"beyond the margin of {percent(margin)}: the evidence is usable."
    )
