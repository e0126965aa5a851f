"""Dispatch: arms that take ten times as long as one that does the same arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.findings.arms import Arm
from reports.findings.intervals import CONFIDENCE, Estimate, exp, log_estimate

if TYPE_CHECKING:
    from reports.findings.findings import Findings

TIMES = 10.0  # as long as the arithmetic, from here on


@dataclass(frozen=True)
class Bounded:
    """An arm's epoch ÷ that of an arm which bounds its arithmetic."""

    arm: Arm
    of: Arm
    ratio: Estimate | None  # the intervals of all that are bounded alike hold together
    is_shown: bool  # to be ten times as long, and by what identical arms may differ besides


@dataclass(frozen=True)
class Dispatch:
    """What shows that an epoch's time is the handing over of its operations."""

    by_limit: tuple[Bounded, ...]  # every other arm in the baseline's dtype
    by_compiling: tuple[Bounded, ...]  # every eager arm whose framework has a compiled epoch

    @property
    def n_by_limit(self) -> int:
        """Of how many arms it is shown by the limit."""
        return sum(one.is_shown for one in self.by_limit)

    @property
    def is_most(self) -> bool:
        """Whether it is shown by the limit, of more than half of the arms."""
        return 2 * self.n_by_limit > len(self.by_limit)


def dispatch_of(findings: Findings) -> Dispatch:
    """Both kinds of arms; none where no epoch was timed."""
    if findings.main_phase != "epoch":
        return Dispatch((), ())
    compiled = {
        price.below: price.above
        for price in reversed(findings.yardsticks.price_of_dispatch)  # so that the first one stays
        if price.above.execution == "compiled epoch"
    }
    limit = findings.limit
    limited = [(one.arm, limit.arm) for one in limit.others] if limit else []
    return Dispatch(_bounded(findings, limited), _bounded(findings, compiled.items()))


def _bounded(findings: Findings, pairs: Iterable[tuple[Arm, Arm]]) -> tuple[Bounded, ...]:
    least, given = TIMES * exp(findings.null_arm.bound("epoch")), list(pairs)
    found = []
    for arm, of in given:
        ratio = log_estimate(findings.log_ratios(arm, of, "epoch"), CONFIDENCE, len(given))
        low = ratio.low if ratio else None
        found.append(Bounded(arm, of, ratio, low is not None and low > least))
    return tuple(found)
