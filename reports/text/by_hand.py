"""By hand: automatic derivatives against gradients written by hand."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.text.lead import rank
from reports.text.names import visible
from reports.text.numbers import TOO_FEW, is_too_wide, ratio_text


def best_autodiff(findings: Findings) -> str | None:
    """The autodiff arm of the least time against that by hand; None where unusable."""
    pair, ratio = findings.best, findings.autodiff_over_hand_written.ratio
    if pair is None or ratio is None or not findings.null_arm.is_usable:
        return None
    auto, hand = (visible(arm.name, 60) for arm in pair)
    auto += f", {rank(findings, pair[0], 'automatic derivative')}{_where(findings, pair[0])}"
    hand += f", {rank(findings, pair[1], 'gradient')} written by hand"
    if is_too_wide(ratio):
        return f"{auto}, beside {hand}: {TOO_FEW} how much longer it takes."
    return f"{auto}, takes {ratio_text(ratio, 'times')} as long as {hand}."


def _where(findings: Findings, arm: Arm) -> str:
    """``arm``'s dtype and device, such as `` in float32``, as far as the run has others."""
    told = ""
    if len({other.dtype for other in findings.others}) > 1:
        told += f" in {visible(arm.dtype, 20)}"
    if len({other.device for other in findings.others}) > 1:
        told += f" on {visible(arm.device, 20)}"
    return told
