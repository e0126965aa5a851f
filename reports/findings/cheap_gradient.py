"""The cheap-gradient ratio: the gradient over the full data ÷ the loss over the full data."""

from __future__ import annotations

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.document import Part, key
from reports.findings.terms import CallSeconds, Count, Ratio

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


def cheap_gradient_of(case: Case) -> CheapGradient:
    """The ratio of every arm that was timed in both phases, from small to large."""
    found = [one for arm in case.others if (one := _gradient(case, arm))]
    return CheapGradient(BOUND, tuple(sorted(found, key=lambda one: one.ratio.value)))


def _gradient(case: Case, arm: Arm) -> ArmGradient | None:
    gradient, loss = (case.cell(arm, phase) for phase in ("full_gradient", "loss"))
    ratio = case.ratio_of_phases(arm, "full_gradient", "loss")
    if not (gradient and gradient.seconds and loss and loss.seconds and ratio):
        return None
    return ArmGradient(arm, gradient.seconds, loss.seconds, ratio)
