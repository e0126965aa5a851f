"""Compared: arms beside one another, as a clause of the headline tells of them."""

from __future__ import annotations

from typing import Annotated

from reports.findings.arms import Arm, ArmName
from reports.findings.document import Part, key, means
from reports.findings.intervals import Estimate
from reports.findings.terms import Count, Size

Seconds = Annotated[Estimate, means("the 95 % interval.")]
Ratio = Annotated[
    Estimate,
    means(
        "the 95 % interval; widened for all arms compared with the same one, save in prices and "
        "beside the baseline."
    ),
]


class Compared(Part, frozen=True, eq=False, kw_only=True):
    """An arm in a clause of the headline."""

    arm: ArmName
    of: Arm | None
    """Name of the arm that its ratio is to: the fastest, the first of a tier, the baseline, the arm
    by hand, or what bounds its arithmetic. Null for the first."""
    is_shown: bool
    """Whether the interval shows what the clause is about: that it takes more time, or differs from
    the baseline, or takes ten times as long as its arithmetic."""
    seconds: Seconds | None
    """Its time of the main phase."""
    ratio: Ratio | None
    """Its time over that of the other arm, paired by block."""

    @key
    def steps_a_call(self) -> Size | None:
        """The most gradient steps in one call, where the backend tells it."""
        return self.arm.steps_a_call


class ComparedArms(Part, frozen=True, eq=False, kw_only=True):
    """What a clause compares."""

    arms: tuple[Compared, ...] = ()
    """The arms that it compares, from fast to slow."""

    @key
    def n_shown(self) -> Count:
        """How many of its arms have a difference that is shown."""
        return sum(arm.is_shown for arm in self.arms)
