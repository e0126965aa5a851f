"""The fastest: who is in front among arms, alone or together with those not shown to be slower.

The one rule behind *fastest*, *quickest* and *lead*. The first is the arm of the least time. Each
other arm is paired with it by block; the intervals are widened (Bonferroni) so that those of all
arms with a time hold together. Of a part of them, such as those of one execution, it asks no less:
so what is not told apart in one sentence of a report is not in another.

An arm is shown to be slower where its whole interval lies above 1, and above what two identical
arms may differ by in this run. Those not shown to be slower share the lead.

Choosing the first by its time does no harm: the arm that is truly fastest is left out only where
its interval against some other arm lies wholly above 1, which happens in 2.5 % of runs at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.estimates.intervals import CONFIDENCE, Estimate, Floats, exp, log_estimate, mean
from reports.estimates.ratios import Summary


@dataclass(frozen=True)
class Behind:
    """An arm that takes more time than the first."""

    arm: int
    ratio: Estimate | None  # its time ÷ the first's, widened; None without a block in common
    is_slower: bool  # shown to be


@dataclass(frozen=True)
class Front:
    """Arms from fast to slow, and which of them share the lead."""

    first: int
    behind: tuple[Behind, ...]

    @property
    def sharing(self) -> tuple[Behind, ...]:
        """Those that nothing shows to be slower than the first."""
        return tuple(one for one in self.behind if not one.is_slower)

    @property
    def is_alone(self) -> bool:
        """Whether the first leads: every other arm is shown to be slower."""
        return not self.sharing

    @property
    def arms(self) -> tuple[int, ...]:
        """The arms in front."""
        return (self.first, *(one.arm for one in self.sharing))


def front(
    logs: Mapping[int, Floats], null: float, first: int | None = None, family: int | None = None
) -> Front | None:
    """Who is in front, by the log of each arm's time in every block; None where there is nobody.

    ``null`` is the log-ratio up to which identical arms may differ. ``first``: an arm that is
    taken for the first. ``family``: of how many intervals, unless of these.
    """
    ranked = sorted(logs, key=lambda arm: float(mean(logs[arm])))
    if not ranked:
        return None
    first = ranked[0] if first is None else first
    others = [arm for arm in ranked if arm != first]
    found = (_behind(arm, logs[arm] - logs[first], null, family or len(others)) for arm in others)
    return Front(first, tuple(found))


def _behind(arm: int, log_ratios: Floats, null: float, family: int) -> Behind:
    ratio = log_estimate(log_ratios, CONFIDENCE, family)
    is_slower = ratio is not None and ratio.low is not None and ratio.low > exp(null)
    return Behind(arm, ratio, is_slower)


def front_of(summary: Summary, arms: Iterable[int], phase: str | None = None) -> Front | None:
    """Who is in front of ``arms`` in ``phase``, the main one if not said."""
    phase = phase or summary.main_phase
    column = summary.logs[:, summary.phases.index(phase)]
    family = len(timed(summary, phase=phase)) - 1
    null = summary.null_arm.bound(phase)
    return front({arm: column[arm] for arm in arms}, null, family=family)


def timed(
    summary: Summary, differentiation: str | None = None, phase: str | None = None
) -> tuple[int, ...]:
    """The arms with a time of the (main) phase from fast to slow, null arms left out."""
    ranked = (cell.arm for cell in summary.ranked(phase or summary.main_phase) if cell.seconds)
    return tuple(
        arm
        for arm in ranked
        if not summary.arms[arm].is_null
        if differentiation in (None, summary.arms[arm].differentiation)
    )
