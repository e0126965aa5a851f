"""The yardsticks: what a ratio can be read against."""

from __future__ import annotations

from functools import cached_property

from reports.findings.case import Case
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


def yardsticks_of(case: Case) -> Yardsticks:
    """What a ratio can be read against. Null arms and arms that failed take no part."""
    ceilings = ceilings_of(case.run, case.machines)
    return Yardsticks(
        limit=to_limit(case),
        price_of_autodiff=prices_of_autodiff(case),
        price_of_dispatch=prices_of_dispatch(case),
        cheap_gradient=cheap_gradient_of(case),
        throughput=throughput_of(case, ceilings.measured),
        ceilings=ceilings,
    )
