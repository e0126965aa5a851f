"""Totals: what k epochs take in a fresh process, and which arm is ahead at which k."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from reports.estimates.fastest import Front, front
from reports.estimates.intervals import Estimate, Floats, quotient, surely_below
from reports.estimates.ratios import CLOCK, Summary
from runfiles.phases import COLD


@dataclass(frozen=True, eq=False)
class Total:
    """An arm's seconds in a fresh process: ``once`` and, for each epoch, ``epoch``."""

    arm: int
    once_by_block: Floats  # (blocks,): import + prepare + first epoch - one steady epoch
    epoch_by_block: Floats  # (blocks,)

    @property
    def once(self) -> float:
        """Seconds beyond those of the epochs, the mean over blocks."""
        return float(np.nanmean(self.once_by_block))

    @property
    def epoch(self) -> float:
        """Seconds of a steady epoch, the mean over blocks."""
        return float(np.nanmean(self.epoch_by_block))

    def after(self, epochs: float) -> float:
        """Seconds until that many epochs are done."""
        return self.once + epochs * self.epoch


@dataclass(frozen=True)
class Segment:
    """An arm that has the least total time of all of its dtype, from an epoch on."""

    arm: int
    since: float  # epochs; 1 for the first
    crossing: Estimate | None  # with the arm before, not below 0; None for the first
    shared_with: tuple[int, ...] = ()  # arms not shown to take longer there: see fastest.py


def totals(summary: Summary) -> tuple[Total, ...]:
    """The totals of every arm that has all its cold phases and its epoch, null arms left out.

    Means over the blocks of each arm, as for the break-even. Empty where evidence is unusable.
    """
    if "epoch" not in summary.phases or not summary.null_arm.is_usable:
        return ()
    seconds = {phase: np.exp(summary.logs[:, p]) for p, phase in enumerate(summary.phases)}
    epoch = seconds["epoch"]
    once = sum((seconds[phase] for phase in COLD), -epoch)
    arms = [arm.arm.index for arm in summary.others]
    return tuple(Total(arm, once[arm], epoch[arm]) for arm in arms if np.isfinite(once[arm]).any())


def lower_envelope(summary: Summary) -> dict[str, tuple[Segment, ...]]:
    """By dtype, the arms that are ahead one after the other; two dtypes are two amounts of work."""
    alike: dict[str, list[Total]] = defaultdict(list)
    for total in totals(summary):
        alike[summary.arms[total.arm].arm.dtype].append(total)
    epoch = summary.null_arm.bound("epoch")
    once = max(epoch, *(summary.null_arm.bound(phase) for phase in COLD))
    return {
        dtype: _shared(_segments(found, epoch), found, once, epoch)
        for dtype, found in alike.items()
        if len(found) > 1
    }


def _segments(found: list[Total], null: float) -> tuple[Segment, ...]:
    ahead = min(found, key=lambda total: (total.after(1), total.epoch))
    passed = [Segment(ahead.arm, 1.0, None)]
    while rivals := [rival for rival in found if _surely_overtakes(ahead, rival, null)]:
        before = ahead
        ahead = min(rivals, key=lambda rival: (_crossing(before, rival), rival.epoch))
        since = max(_crossing(before, ahead), 1.0)
        passed.append(Segment(ahead.arm, since, _from_0(_estimate(before, ahead))))
    return tuple(passed)


def _shared(
    passed: tuple[Segment, ...], found: list[Total], once: float, epoch: float
) -> tuple[Segment, ...]:
    """The same with those that share each: at the first epoch, midway, and in the long run.

    ``once`` and ``epoch`` are the log-ratios up to which identical arms may differ, with what is
    paid once and in the long run.
    """
    starts = [segment.since for segment in passed[1:]]
    middles = [[math.sqrt(a * b)] for a, b in pairwise(starts)]
    places = [[1.0], *middles, [math.inf]] if starts else [[1.0, math.inf]]
    fronts = [
        [_front_at(found, segment.arm, k, epoch if math.isinf(k) else once) for k in ks]
        for segment, ks in zip(passed, places, strict=True)
    ]
    return tuple(
        replace(segment, shared_with=tuple(dict.fromkeys(_sharing(several))))
        for segment, several in zip(passed, fronts, strict=True)
    )


def _sharing(fronts: list[Front | None]) -> Iterator[int]:
    for lead in fronts:
        yield from (one.arm for one in lead.sharing) if lead else ()


def _front_at(found: list[Total], ahead: int, epochs: float, null: float) -> Front | None:
    """Who is in front with ``ahead`` after that many epochs."""
    return front({total.arm: _log_total(total, epochs) for total in found}, null, ahead)


def _log_total(total: Total, epochs: float) -> Floats:
    """The log of the total time by block; in the long run that of an epoch."""
    if math.isinf(epochs):
        return np.asarray(np.log(total.epoch_by_block))
    seconds = total.once_by_block + epochs * total.epoch_by_block
    return np.asarray(np.log(np.maximum(seconds, CLOCK)))


def _from_0(crossing: Estimate | None) -> Estimate | None:
    """The crossing without what lies below 0: there are no epochs before the first."""
    if crossing is None:
        return None
    low, high = (None if end is None else max(end, 0.0) for end in (crossing.low, crossing.high))
    return Estimate(max(crossing.value, 0.0), low, high, crossing.n)


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
