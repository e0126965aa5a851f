"""By hand: automatic derivatives against gradients written by hand."""

from __future__ import annotations

from reports.estimates.fastest import timed
from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Summary
from reports.words.lead_words import is_like, rank
from reports.words.names import visible
from reports.words.numbers import TOO_FEW, is_too_wide, ratio_text


def best_autodiff(summary: Summary) -> str | None:
    """The autodiff arm of the least time against that by hand; None where unusable."""
    pair, ratio = _autodiff_by_hand(summary), autodiff_ratio(summary)
    if pair is None or ratio is None or not summary.null_arm.is_usable:
        return None
    auto, hand = (visible(summary.arms[arm].name, 60) for arm in pair)
    auto += f", {rank(summary, pair[0], 'automatic derivative')}{_where(summary, pair[0])}"
    hand += f", {rank(summary, pair[1], 'gradient')} written by hand"
    if is_too_wide(ratio):
        return f"{auto}, beside {hand}: {TOO_FEW} how much longer it takes."
    return f"{auto}, takes {ratio_text(ratio, 'times')} as long as {hand}."


def autodiff_ratio(summary: Summary) -> Estimate | None:
    """The time of the autodiff arm of least time ÷ that of the hand-written one."""
    pair = _autodiff_by_hand(summary)
    if pair is None:
        return None
    return log_estimate(summary.log_ratios(*pair, summary.main_phase))


def _where(summary: Summary, arm: int) -> str:
    """``arm``'s dtype and device, such as `` in float32``, as far as the run has others."""
    arms = [other.arm for other in summary.others]
    mine, told = summary.arms[arm].arm, ""
    if len({other.dtype for other in arms}) > 1:
        told += f" in {visible(mine.dtype, 20)}"
    if len({other.device for other in arms}) > 1:
        told += f" on {visible(mine.device, 20)}"
    return told


def _autodiff_by_hand(summary: Summary) -> tuple[int, int] | None:
    """(first autodiff arm, first hand-written one of its device and dtype), None where none is."""
    hands = timed(summary, "hand-written")
    pairs = ((auto, hand) for auto in timed(summary, "autodiff") for hand in hands)
    alike = (p for p in pairs if is_like(summary.arms[p[0]].arm, summary.arms[p[1]].arm))
    return next(alike, None)
