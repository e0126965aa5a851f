"""The yardsticks: what a ratio can be read against."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from reports.findings.ceiling import Ceilings, ceilings_of
from reports.findings.cheap_gradient import CheapGradient, cheap_gradient_of
from reports.findings.document import Part
from reports.findings.limit import ToLimit, to_limit
from reports.findings.price import (
    AutodiffPrice,
    DispatchPrice,
    Way,
    prices_by_hand,
    prices_of_autodiff,
    prices_of_dispatch,
)
from reports.findings.throughput import Throughput, throughput_of

if TYPE_CHECKING:
    from reports.findings.findings import Findings


class Yardsticks(Part, frozen=True, eq=False, kw_only=True):
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

    @cached_property
    def prices_by_hand(self) -> dict[Way, tuple[AutodiffPrice, ...]]:
        """By device, execution and arm by hand the price of every autodiff arm's epoch."""
        return prices_by_hand(self.price_of_autodiff)


def yardsticks_of(findings: Findings) -> Yardsticks:
    """All yardsticks of a run."""
    ceilings = ceilings_of(findings.run)
    return Yardsticks(
        limit=to_limit(findings),
        price_of_autodiff=prices_of_autodiff(findings),
        price_of_dispatch=prices_of_dispatch(findings),
        cheap_gradient=cheap_gradient_of(findings),
        throughput=throughput_of(findings, ceilings.measured),
        ceilings=ceilings,
    )
