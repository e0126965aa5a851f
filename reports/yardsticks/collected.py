"""All yardsticks of a run together."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.ratios import Summary
from reports.yardsticks.ceiling import Ceiling, ceilings
from reports.yardsticks.cheap_gradient import CheapGradient, cheap_gradients
from reports.yardsticks.limit import ToLimit, to_limit
from reports.yardsticks.price import Price, prices_of_autodiff, prices_of_dispatch
from reports.yardsticks.throughput import Throughput, throughputs


@dataclass(frozen=True)
class Yardsticks:
    """Everything that a run's ratios can be read against; empty where it was not measured."""

    limits: tuple[ToLimit, ...]
    autodiff: tuple[Price, ...]
    dispatch: tuple[Price, ...]
    gradients: tuple[CheapGradient, ...]
    throughputs: tuple[Throughput, ...]
    ceilings: tuple[Ceiling, ...]


def yardsticks(summary: Summary) -> Yardsticks:
    """All yardsticks of ``summary``."""
    return Yardsticks(
        limits=to_limit(summary),
        autodiff=prices_of_autodiff(summary),
        dispatch=prices_of_dispatch(summary),
        gradients=cheap_gradients(summary),
        throughputs=throughputs(summary),
        ceilings=ceilings(summary.run),
    )
