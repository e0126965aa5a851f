"""The limit: every arm's epoch against that of a hand-written gradient in one native loop."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Summary
from runfiles.records import Arm


@dataclass(frozen=True)
class ToLimit:
    """One arm's epoch ÷ the limit arm's, paired by block."""

    arm: int
    limit: int
    same_dtype: bool  # False: the limit has no number in the arm's dtype, another one stands in
    ratio: Estimate

    @property
    def is_limit(self) -> bool:
        """Whether the arm is itself what it is compared with."""
        return self.arm == self.limit


def to_limit(summary: Summary) -> tuple[ToLimit, ...]:
    """The ratio to the limit of every arm that has one, as ranked by their epochs."""
    ranked = [cell for cell in summary.ranked("epoch") if cell.seconds]
    found = (_to_limit(summary, summary.arms[cell.arm].arm) for cell in ranked)
    return tuple(one for one in found if one)


def _to_limit(summary: Summary, arm: Arm) -> ToLimit | None:
    limit = None if arm.null_of is not None else limit_of(summary, arm)
    if limit is None:
        return None
    ratio = log_estimate(summary.log_ratios(arm.index, limit, "epoch"))
    if ratio and limit == arm.index:
        ratio = Estimate(1.0, None, None, ratio.n)
    same_dtype = summary.arms[limit].arm.dtype == arm.dtype
    return ToLimit(arm.index, limit, same_dtype, ratio) if ratio else None


def limit_of(summary: Summary, arm: Arm) -> int | None:
    """The limit arm for ``arm``: of its device, of its dtype where there is one, of least time."""
    cells = [cell for cell in summary.ranked("epoch") if cell.seconds]
    limits = [other.arm for other in (summary.arms[cell.arm] for cell in cells)]
    fitting = [
        other
        for other in limits
        if is_limit(summary, other) and other.null_of is None and other.device == arm.device
    ]
    fitting.sort(key=lambda other: other.dtype != arm.dtype)  # stable: from fast to slow
    return fitting[0].index if fitting else None


def is_limit(summary: Summary, arm: Arm) -> bool:
    """Whether ``arm`` is of the backend that the plan reads all others against."""
    return arm.backend == summary.run.plan.limit
