"""Comparing two runs: which of their cases and arms can be, and why the others cannot."""

from __future__ import annotations

from reports.compare.likeness import why_unlike
from reports.findings.comparison import Comparison, Shared
from reports.findings.findings import Findings
from reports.text.cases import case_label
from reports.text.sentence import Sentence
from runfiles.errors import BadRun

SMALLEST_MARGIN, LARGEST_MARGIN = 1e-6, 10.0


def compare_runs(old: Findings, new: Findings, margin: float | None = None) -> Comparison:
    """How ``new`` differs from ``old``, at NEW's margin unless one is given.

    Raises BadRun where the runs are unlike, unusable or share no case or no arm.
    """
    margin = new.margin if margin is None else margin
    if not SMALLEST_MARGIN <= margin <= LARGEST_MARGIN:  # NaN fails this too
        asked = f"a number from {SMALLEST_MARGIN:g} to {LARGEST_MARGIN:g}"
        raise BadRun(f"margin is {margin}; expected {asked}, such as 0.03 for 3 %.")
    shared = Shared.of(old, new)
    if not shared:
        nothing = "these runs share no case; measure NEW with the problems and sizes of OLD."
        raise BadRun(why_unlike(old, new) or nothing)
    unlike = tuple(one for one in shared if why_unlike(one.old, one.new))
    alike = tuple(one for one in shared if one not in unlike)
    if not alike:
        raise BadRun(" ".join(map(why_not, unlike)))
    if not any(one.arms for one in alike):
        raise BadRun(_nothing_shared(old, new))
    return Comparison(old=old, new=new, shared=alike, unlike=unlike, margin=margin)


def where(shared: Shared) -> Sentence | None:
    """The problem and its size in a few words; None where neither run has another one."""
    return case_label(shared.others, shared.new) if shared.others else None


def why_not(shared: Shared) -> Sentence:
    """Why a case of both runs is not compared."""
    why, label = why_unlike(shared.old, shared.new) or "", where(shared)
    return Sentence("{}: not compared: {}", label, why) if label else Sentence("{}", why)


def _nothing_shared(old: Findings, new: Findings) -> str:
    arms = (old.compared_arms, new.compared_arms)
    a, b = (", ".join(arm.name for arm in mine) or "none" for mine in arms)
    return (
        f"these runs share no arm beside the baseline: OLD has {a}, NEW has {b}. "
        "Name the same backends in both."
    )
