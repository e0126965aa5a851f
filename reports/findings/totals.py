"""Totals: what k epochs take in a fresh process, and which arm is ahead at which k."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar

import numpy as np
from msgspec import Meta
from msgspec.structs import replace

from reports.findings.arms import Arm, ArmName
from reports.findings.blocks import CLOCK
from reports.findings.break_even import OF_A_TOTAL
from reports.findings.case import Case
from reports.findings.document import Aside, Part, key, means
from reports.findings.fastest import front
from reports.findings.intervals import Estimate, Floats, quotient, surely_below
from runfiles.phases import COLD

if TYPE_CHECKING:
    from reports.findings.findings import Findings

Number = TypeVar("Number", float, Floats)
FIELLER = means("the 95 % interval (Fieller's), in epochs, not below 0. Null where there is none.")


class Total(Part, frozen=True, eq=False):
    """An arm's time in a fresh process, as a line over the number of epochs.

    Where problem.steps is not null, these epochs are cut like all others.
    """

    called: ClassVar[Mapping[str, str]] = {"once": "once_seconds", "epoch": "epoch_seconds"}

    arm: ArmName
    once_by_block: Aside[Floats]  # (blocks,): import + prepare + first epoch - one steady epoch
    epoch_by_block: Aside[Floats]  # (blocks,)

    @key
    def once(self) -> float:
        """Seconds of import, prepare and first epoch less those of a steady epoch, the mean over
        blocks.
        """
        return float(np.nanmean(self.once_by_block))

    @key
    def epoch(self) -> float:
        """Seconds of a steady epoch, the mean over blocks (that of its cell is the geometric
        mean).
        """
        return float(np.nanmean(self.epoch_by_block))

    def after(self, epochs: Number) -> Number:
        """Seconds until that many epochs are done; of an array each."""
        return self.once + epochs * self.epoch

    def log_after(self, epochs: float) -> Floats:
        """The log of these seconds by block; of those of an epoch in the long run."""
        if math.isinf(epochs):
            return np.asarray(np.log(self.epoch_by_block))
        seconds = self.once_by_block + epochs * self.epoch_by_block
        return np.asarray(np.log(np.maximum(seconds, CLOCK)))


class Lead(Part, frozen=True, eq=False, kw_only=True):
    """An arm that is ahead of all others of its dtype, from a number of epochs on.

    Where problem.steps is not null, these epochs are cut like all others.
    """

    called: ClassVar[Mapping[str, str]] = {"since": "since_epochs", "crossing": "crossing_epochs"}

    arm: Arm
    """Name of the arm that is ahead."""
    shared_with: tuple[ArmName, ...] = ()
    """The arms not shown to take longer there: at the first epoch, midway between two changes, or
    in the long run."""
    since: Annotated[float, Meta(ge=1)]
    """Epochs from which it is ahead, by the means over each arm's own blocks. 1 for the first."""
    crossing: Annotated[Estimate, FIELLER] | None
    """Epochs after which its total equals that of the arm ahead before, from the blocks that both
    have. Null for the first."""

    @key
    def dtype(self) -> str:
        """The dtype that its arms are compared in."""
        return self.arm.dtype


def totals_of(case: Case) -> tuple[Total, ...]:
    """The lines of the break-even figure: what epochs cost each arm in a fresh process. Null arms
    are left out. Empty where the evidence is unusable, and without epochs.
    """
    if not {*case.phases} >= OF_A_TOTAL or not case.null_arm.is_usable:
        return ()
    found = (_total(case, arm) for arm in case.others)
    return tuple(total for total in found if np.isfinite(total.once_by_block).any())


def _total(case: Case, arm: Arm) -> Total:
    """Of the blocks that have all of the arm's cold phases and its epoch, as for the break-even.

    Of several machines those of the one whose seconds are told.
    """
    epoch = np.exp(case.logs_there(arm, "epoch"))
    cold = (np.exp(case.logs_there(arm, phase)) for phase in COLD)
    return Total(arm, sum(cold, -epoch), epoch)


def leads_of(findings: Findings) -> tuple[Lead, ...]:
    """The arms that are ahead one after the other, by total time in a fresh process: cold phases
    first, then epochs. Arms of one dtype are compared, in the order in which they lead. Empty where
    the evidence is unusable, without epochs, and for a dtype with fewer than two timed arms.
    """
    return tuple(lead for row in findings.lower_envelope.values() for lead in row)


def lower_envelope_of(findings: Findings) -> dict[str, tuple[Lead, ...]]:
    """By dtype, the arms that are ahead one after the other; two dtypes are two amounts of work."""
    alike: dict[str, list[Total]] = defaultdict(list)
    for total in findings.totals:
        alike[total.arm.dtype].append(total)
    epoch = findings.null_arm.bound("epoch")
    once = max(epoch, *(findings.null_arm.bound(phase) for phase in COLD))
    return {
        dtype: _shared(_leads(found, epoch), found, once, epoch)
        for dtype, found in alike.items()
        if len(found) > 1
    }


def _leads(found: list[Total], null: float) -> tuple[Lead, ...]:
    ahead = min(found, key=lambda total: (total.after(1), total.epoch))
    passed = [Lead(arm=ahead.arm, since=1.0, crossing=None)]
    while rivals := [rival for rival in found if _surely_overtakes(ahead, rival, null)]:
        before = ahead
        ahead = min(rivals, key=lambda rival: (_crossing(before, rival), rival.epoch))
        since, crossing = max(_crossing(before, ahead), 1.0), _estimate(before, ahead)
        if crossing:  # there are no epochs before the first
            crossing = crossing.through(lambda epochs: max(epochs, 0.0))
        passed.append(Lead(arm=ahead.arm, since=since, crossing=crossing))
    return tuple(passed)


def _shared(
    passed: tuple[Lead, ...], found: list[Total], once: float, epoch: float
) -> tuple[Lead, ...]:
    """The same with those that share each: at the first epoch, midway, and in the long run.

    ``once`` and ``epoch`` are the log-ratios up to which identical arms may differ, with what is
    paid once and in the long run.
    """
    starts = [lead.since for lead in passed[1:]]
    middles = [{math.sqrt(a * b): once} for a, b in pairwise(starts)]
    first, last = {1.0: once}, {math.inf: epoch}
    places = [first, *middles, last] if starts else [first | last]
    return tuple(
        replace(lead, shared_with=_sharing(found, lead.arm, nulls))
        for lead, nulls in zip(passed, places, strict=True)
    )


def _sharing(found: list[Total], ahead: Arm, nulls: dict[float, float]) -> tuple[Arm, ...]:
    """Who is in front with ``ahead`` after some of these numbers of epochs, each with its null."""
    logs = {k: {total.arm: total.log_after(k) for total in found} for k in nulls}
    fronts = [front(logs[k], null, ahead) for k, null in nulls.items()]
    return tuple(dict.fromkeys(one.arm for lead in fronts if lead for one in lead.sharing))


def _surely_overtakes(ahead: Total, rival: Total, null: float) -> bool:
    """Whether an epoch of ``rival`` is shorter, beyond the noise where there are two blocks.

    And by more than two identical arms may differ by, ``null`` as a log-ratio.
    """
    crossing = _estimate(ahead, rival)
    if crossing is None or rival.epoch >= ahead.epoch:
        return False
    ratios = np.log(rival.epoch_by_block) - np.log(ahead.epoch_by_block)
    return crossing.high is None or (math.isfinite(crossing.high) and surely_below(ratios, null))


def _crossing(before: Total, after: Total) -> float:
    return (after.once - before.once) / (before.epoch - after.epoch)


def _estimate(before: Total, after: Total) -> Estimate | None:
    """The crossing from the blocks that both arms have, with its 95 % interval."""
    dearer = after.once_by_block - before.once_by_block
    return quotient(dearer, before.epoch_by_block - after.epoch_by_block)
