"""The cheap-gradient ratio: the gradient over the full data ÷ the loss over the full data."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Summary

# Baur and Strassen 1983, Griewank 1989: a gradient by reverse accumulation takes at most about
# four times the operations of the function, however many parameters there are.
BOUND = 4.0


@dataclass(frozen=True)
class CheapGradient:
    """One arm's gradient ÷ loss over the full data, paired inside each process."""

    arm: int
    gradient: Estimate  # seconds
    loss: Estimate  # seconds
    ratio: Estimate


def cheap_gradients(summary: Summary) -> tuple[CheapGradient, ...]:
    """The ratio of every arm that was timed in both phases, from small to large."""
    if not {"full_gradient", "loss"} <= set(summary.phases):
        return ()
    found = (_cheap_gradient(summary, arm.arm.index) for arm in summary.others)
    return tuple(sorted((one for one in found if one), key=lambda one: one.ratio.value))


def _cheap_gradient(summary: Summary, arm: int) -> CheapGradient | None:
    gradient, loss = (summary.cell(arm, phase) for phase in ("full_gradient", "loss"))
    ratio = log_estimate(summary.log_phases(arm, "full_gradient", "loss"))
    if not (gradient and gradient.seconds and loss and loss.seconds and ratio):
        return None
    return CheapGradient(arm, gradient.seconds, loss.seconds, ratio)
