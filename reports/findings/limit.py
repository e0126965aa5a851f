"""The limit: every arm's epoch against that of a hand-written gradient in one native loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.document import Part, key
from reports.findings.fastest import Front, front_of
from reports.findings.intervals import Estimate, unity
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
    """What bounds the baseline's arithmetic, and how far the others of its dtype are from it.

    None where the plan names no limit, or it has no time on the baseline's device.
    """
    arm = limit_of(findings, findings.baseline)
    cell = findings.cell(arm, "epoch") if arm else None
    if arm is None or cell is None or cell.seconds is None:
        return None
    found = [one for one in findings.yardsticks.limit if one.limit is arm and one.same_dtype]
    others = tuple(one for one in found if not is_limit(findings, one.arm))
    front = front_of(findings, [one.arm for one in others], "epoch")
    return Limit(arm, cell.seconds, others, front)


def to_limit(case: Case) -> tuple[ToLimit, ...]:
    """The ratio to the limit of every arm that has one, as ranked by their epochs."""
    arms = case.timed_arms("epoch")
    pairs = ((arm, limit) for arm in arms if (limit := limit_of(case, arm)))
    found = ((*pair, case.ratio(*pair, "epoch")) for pair in pairs)
    return tuple(
        ToLimit(arm, limit, unity(ratio.n) if arm is limit else ratio)
        for arm, limit, ratio in found
        if ratio
    )


def limit_of(case: Case, arm: Arm) -> Arm | None:
    """The limit for ``arm``: of its device, of its dtype where there is one, of least time."""
    timed = case.timed_arms("epoch")
    fitting = [one for one in timed if is_limit(case, one) and one.device == arm.device]
    return min(fitting, key=lambda one: one.dtype != arm.dtype, default=None)  # the first of them


def is_limit(case: Case, arm: Arm) -> bool:
    """Whether ``arm`` is of the backend that the plan reads all others against."""
    return arm.backend == case.run.plan.limit
