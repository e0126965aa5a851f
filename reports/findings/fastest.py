"""The fastest: who is in front among arms, alone or together with those not shown to be slower.

The one rule behind *fastest*, *quickest* and *lead*. The first is the arm of the least time, of
several machines of the least mean ratio. Each other arm is paired with it by block; the intervals
are widened (Bonferroni) so that those of all arms with a time hold together. Of a part of them,
such as those of one execution, it asks no less: so what is not told apart in one sentence of a
report is not in another.

An arm is shown to be slower where its whole interval lies above 1, and above what two identical
arms may differ by in this run. Those not shown to be slower share the lead.

Choosing the first by its time does no harm: the arm that is truly fastest is left out only where
its interval against some other arm lies wholly above 1, which happens in 2.5 % of runs at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from reports.findings.arms import Arm, ArmName
from reports.findings.case import Case
from reports.findings.document import Part
from reports.findings.intervals import (
    CONFIDENCE,
    Estimate,
    Floats,
    exp,
    log_estimate,
    unity,
)
from reports.findings.mean import from_small_to_large
from reports.findings.terms import Ratio

if TYPE_CHECKING:
    from reports.findings.findings import Findings

K = TypeVar("K")  # what stands for an arm


@dataclass(frozen=True)
class Behind(Generic[K]):
    """An arm that takes more time than the first."""

    arm: K
    ratio: Estimate | None  # its time ÷ the first's, widened; None without a block in common
    is_slower: bool  # shown to be


@dataclass(frozen=True)
class Front(Generic[K]):
    """Arms from fast to slow, and which of them share the lead."""

    first: K
    behind: tuple[Behind[K], ...]

    @cached_property
    def sharing(self) -> tuple[Behind[K], ...]:
        """Those that nothing shows to be slower than the first."""
        return tuple(one for one in self.behind if not one.is_slower)

    @property
    def is_alone(self) -> bool:
        """Whether the first leads: every other arm is shown to be slower."""
        return not self.sharing

    @property
    def arms(self) -> tuple[K, ...]:
        """The arms in front."""
        return (self.first, *(one.arm for one in self.sharing))


def front(
    logs: Mapping[K, Floats], null: float, first: K | None = None, family: int | None = None
) -> Front[K] | None:
    """Who is in front, by the log of each arm's time in every block; None where there is nobody.

    ``null`` is the log-ratio up to which identical arms may differ. ``first``: an arm that is
    taken for the first. ``family``: of how many intervals, unless of these.
    """
    ranked = from_small_to_large(logs)
    if not ranked:
        return None
    first = ranked[0] if first is None else first
    others = [arm for arm in ranked if arm != first]
    found = (_behind(arm, logs[arm] - logs[first], null, family or len(others)) for arm in others)
    return Front(first, tuple(found))


def _behind(arm: K, log_ratios: Floats, null: float, family: int) -> Behind[K]:
    ratio = log_estimate(log_ratios, CONFIDENCE, family)
    is_slower = ratio is not None and ratio.low is not None and ratio.low > exp(null)
    return Behind(arm, ratio, is_slower)


def front_of(case: Case, arms: Iterable[Arm], phase: str | None = None) -> Front[Arm] | None:
    """Who is in front of ``arms`` in ``phase``, the main one if not said."""
    phase = phase or case.main_phase
    family = len(case.timed(phase)) - 1
    null = case.null_arm.bound(phase)
    return front({arm: case.logs(arm, phase) for arm in arms}, null, family=family)


class BesideFastest(Part, frozen=True, eq=False):
    """One arm beside the fastest."""

    arm: ArmName
    times: Ratio | None
    """Its time divided by that of the fastest, paired inside blocks, without a unit; 1 for that
    one. The interval is widened so that those of all arms hold together. Null without a block in
    common with it."""
    in_front: bool | None
    """Whether it is the fastest, or not shown to be slower. Null without times."""


def beside(case: Case, front: Front[Arm], phase: str) -> tuple[BesideFastest, ...]:
    """The arms of ``front`` from fast to slow."""
    cell = case.cell(front.first, phase)
    first = BesideFastest(front.first, unity(cell.n_blocks if cell else 0), True)
    others = (
        BesideFastest(one.arm, one.ratio, not one.is_slower if one.ratio else None)
        for one in front.behind
    )
    return (first, *others)


def beside_fastest_of(findings: Findings) -> tuple[BesideFastest, ...]:
    """Every arm with a time in the main phase beside the fastest of all, from fast to slow.
    Null arms are left out. Empty where the evidence is unusable.
    """
    front = findings.lead_of_all if findings.null_arm.is_usable else None
    return beside(findings, front, findings.main_phase) if front else ()
