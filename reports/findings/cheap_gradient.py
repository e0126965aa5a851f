"""The cheap-gradient ratio: the gradient over the full data ÷ the loss over the full data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.findings.arms import Arm, ArmName
from reports.findings.document import Part, key
from reports.findings.intervals import log_estimate
from reports.findings.terms import CallSeconds, Count, Ratio

if TYPE_CHECKING:
    from reports.findings.findings import Findings

# Baur and Strassen 1983, Griewank 1989: a gradient by reverse accumulation takes at most about
# four times the operations of the function, however many parameters there are.
BOUND = 4.0


class ArmGradient(Part, frozen=True, eq=False):
    """One arm."""

    arm: ArmName
    gradient_seconds: CallSeconds
    """Time of the gradient over all examples, in seconds a call."""
    loss_seconds: CallSeconds
    """Time of the loss over all examples, in seconds a call."""
    ratio: Ratio
    """The one divided by the other, paired inside processes, without a unit."""

    @key
    def n_blocks(self) -> Count:
        """Blocks that the ratio comes from."""
        return self.ratio.n


class CheapGradient(Part, frozen=True, eq=False):
    """The gradient over all data against the loss over all data."""

    bound: float
    """The bound of theory, as a ratio of operations."""
    arms: tuple[ArmGradient, ...]
    """Every arm that was timed in both."""


def cheap_gradient_of(findings: Findings) -> CheapGradient:
    """The ratio of every arm that was timed in both phases, from small to large."""
    if not {"full_gradient", "loss"} <= set(findings.phases):
        return CheapGradient(BOUND, ())
    found = (_gradient(findings, arm) for arm in findings.others)
    told = sorted((one for one in found if one), key=lambda one: one.ratio.value)
    return CheapGradient(BOUND, tuple(told))


def _gradient(findings: Findings, arm: Arm) -> ArmGradient | None:
    gradient, loss = (findings.cell(arm, phase) for phase in ("full_gradient", "loss"))
    ratio = log_estimate(findings.log_phases(arm, "full_gradient", "loss"))
    if not (gradient and gradient.seconds and loss and loss.seconds and ratio):
        return None
    return ArmGradient(arm, gradient.seconds, loss.seconds, ratio)
