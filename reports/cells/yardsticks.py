"""The yardsticks: what a ratio can be read against, in cells.json."""

from __future__ import annotations

from reports.cells.prices import AutodiffPrice, DispatchPrice, of_autodiff, of_dispatch
from reports.cells.rates import Ceilings, Throughput, ceilings, throughputs
from reports.cells.terms import ArmName, Blocks, CallSeconds, Count, Ratio
from reports.document import Part
from reports.estimates.ratios import Summary
from reports.yardsticks import cheap_gradient, collected, limit


class ToLimit(Part, frozen=True):
    """One arm's epoch against the limit's."""

    arm: ArmName
    limit: str
    """Name of the limit: a gradient by hand in one native loop."""
    same_dtype: bool
    """Whether both compute in one dtype."""
    n_blocks: Blocks
    ratio: Ratio
    """Time of an epoch divided by the limit's, without a unit."""


class ArmGradient(Part, frozen=True):
    """One arm."""

    arm: ArmName
    n_blocks: Count
    """Blocks that the ratio comes from."""
    gradient_seconds: CallSeconds
    """Time of the gradient over all examples, in seconds a call."""
    loss_seconds: CallSeconds
    """Time of the loss over all examples, in seconds a call."""
    ratio: Ratio
    """The one divided by the other, paired inside processes, without a unit."""


class CheapGradient(Part, frozen=True):
    """The gradient over all data against the loss over all data."""

    bound: float
    """The bound of theory, as a ratio of operations."""
    arms: tuple[ArmGradient, ...]
    """Every arm that was timed in both."""


class Yardsticks(Part, frozen=True):
    """What a ratio can be read against. Null arms and arms that failed take no part."""

    limit: tuple[ToLimit, ...]
    """Every arm that has a limit to compare with."""
    price_of_autodiff: tuple[AutodiffPrice, ...]
    """Autodiff over hand-written, of arms that differ in little else."""
    price_of_dispatch: tuple[DispatchPrice, ...]
    """Compiled over eager, of arms that differ in little else."""
    cheap_gradient: CheapGradient
    throughput: Throughput
    ceilings: Ceilings


def yardsticks(summary: Summary) -> Yardsticks:
    """All yardsticks of ``summary``."""
    found = collected.yardsticks(summary)
    return Yardsticks(
        limit=tuple(_to_limit(summary, one) for one in found.limits),
        price_of_autodiff=tuple(of_autodiff(summary, one) for one in found.autodiff),
        price_of_dispatch=tuple(of_dispatch(summary, one) for one in found.dispatch),
        cheap_gradient=CheapGradient(
            cheap_gradient.BOUND, tuple(_gradient(summary, one) for one in found.gradients)
        ),
        throughput=throughputs(summary, found),
        ceilings=ceilings(summary, found),
    )


def _to_limit(summary: Summary, one: limit.ToLimit) -> ToLimit:
    name, bound = summary.arms[one.arm].name, summary.arms[one.limit].name
    return ToLimit(name, bound, one.same_dtype, one.ratio.n, one.ratio)


def _gradient(summary: Summary, one: cheap_gradient.CheapGradient) -> ArmGradient:
    name = summary.arms[one.arm].name
    return ArmGradient(name, one.ratio.n, one.gradient, one.loss, one.ratio)
