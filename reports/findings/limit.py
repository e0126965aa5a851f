"""The limit: every arm's epoch against that of a hand-written gradient in one native loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.findings.arms import Arm, ArmName
from reports.findings.document import Part, key
from reports.findings.fastest import Front, front_of
from reports.findings.intervals import Estimate, log_estimate
from reports.findings.terms import Blocks, Ratio

if TYPE_CHECKING:
    from reports.findings.findings import Findings


class ToLimit(Part, frozen=True, eq=False):
    """One arm's epoch against the limit's."""

    arm: ArmName
    limit: Arm
    """Name of the limit: a gradient by hand in one native loop."""
    ratio: Ratio
    """Time of an epoch divided by the limit's, without a unit."""

    @key
    def same_dtype(self) -> bool:
        """Whether both compute in one dtype."""
        return self.arm.dtype == self.limit.dtype  # else the limit has no number in the arm's

    @key
    def n_blocks(self) -> Blocks:
        return self.ratio.n

    @property
    def is_limit(self) -> bool:
        """Whether the arm is itself what it is compared with."""
        return self.arm is self.limit


@dataclass(frozen=True)
class Limit:
    """The limit that the baseline has, and the other arms of its dtype beside it."""

    arm: Arm
    seconds: Estimate  # an epoch
    others: tuple[ToLimit, ...]
    front: Front[Arm] | None  # of the others

    @property
    def nearest(self) -> ToLimit | None:
        """The one of the others that takes the least time."""
        return min(self.others, key=lambda one: one.ratio.value, default=None)


def limit_of_baseline(findings: Findings) -> Limit | None:
    """None where the plan names no limit, or it has no time on the baseline's device."""
    arm = limit_of(findings, findings.baseline)
    cell = findings.cell(arm, "epoch") if arm else None
    if arm is None or cell is None or cell.seconds is None:
        return None
    found = [one for one in findings.yardsticks.limit if one.limit is arm and one.same_dtype]
    others = tuple(one for one in found if not is_limit(findings, one.arm))
    return Limit(
        arm, cell.seconds, others, front_of(findings, [one.arm for one in others], "epoch")
    )


def to_limit(findings: Findings) -> tuple[ToLimit, ...]:
    """The ratio to the limit of every arm that has one, as ranked by their epochs."""
    found = (_to_limit(findings, cell.arm) for cell in findings.timed("epoch"))
    return tuple(one for one in found if one)


def _to_limit(findings: Findings, arm: Arm) -> ToLimit | None:
    limit = limit_of(findings, arm)
    if limit is None:
        return None
    ratio = log_estimate(findings.log_ratios(arm, limit, "epoch"))
    if ratio and limit is arm:
        ratio = Estimate(1.0, None, None, ratio.n)
    return ToLimit(arm, limit, ratio) if ratio else None


def limit_of(findings: Findings, arm: Arm) -> Arm | None:
    """The limit for ``arm``: of its device, of its dtype where there is one, of least time."""
    timed = (cell.arm for cell in findings.timed("epoch"))
    fitting = [one for one in timed if is_limit(findings, one) and one.device == arm.device]
    fitting.sort(key=lambda one: one.dtype != arm.dtype)  # stable: from fast to slow
    return fitting[0] if fitting else None


def is_limit(findings: Findings, arm: Arm) -> bool:
    """Whether ``arm`` is of the backend that the plan reads all others against."""
    return arm.backend == findings.run.plan.limit
