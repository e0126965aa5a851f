"""Blocks needed: how many would show an effect, and how surely that is known."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

# SciPy ships no types, and the stubs for it may or may not be installed.
from scipy.special import chdtri  # type: ignore[import-untyped, unused-ignore]

from reports.findings.case import Case
from reports.findings.intervals import CONFIDENCE, POWER, Floats
from reports.findings.mean import t_quantile

WANTED = 1.05  # an effect a reader may want to see
FEWEST = 6  # from fewer, the number is known to no better than a factor of 20
MOST = 10_000  # a run that needs more cannot show it


@dataclass(frozen=True)
class BlocksNeeded:
    """A number of blocks with its 95 % interval; ``high`` is None where it is above ``MOST``."""

    number: int
    low: int
    high: int | None


def blocks_for(case: Case) -> BlocksNeeded | None:
    """Blocks to see ``WANTED`` in every arm at this run's spread; None where that is not known.

    The null arm is one of them: a difference is shown only beyond what it differs by. Nothing is
    said of several machines: more of them would show more than further blocks of these.
    """
    if case.machines.are_several:
        return None
    found = [
        blocks_needed(case.to_baseline(cell), case.margin, WANTED)
        for cell in case.ranked()
        if cell.mde is not None
    ]
    known = [needed for needed in found if needed]
    if not known or len(known) < len(found):
        return None
    highs = [needed.high for needed in known if needed.high]
    return BlocksNeeded(
        max(needed.number for needed in known),
        max(needed.low for needed in known),
        max(highs) if len(highs) == len(known) else None,
    )


def blocks_needed(logs: Floats, margin: float, effect: float) -> BlocksNeeded | None:
    """The number of blocks whose detectable ratio would be ``effect``, at this spread.

    Its interval is that of the spread: s * sqrt((n - 1) / chi2). None where there are fewer than
    ``FEWEST`` blocks, where ``effect`` is not beyond the margin, or above ``MOST``.
    """
    n = int(np.sum(~np.isnan(logs)))
    room = math.log(effect) - math.log1p(margin) if effect > 0 else 0.0
    if n < FEWEST or room <= 0:
        return None
    tail = (1 - CONFIDENCE) / 2
    spread = float(np.nanstd(logs, ddof=1))
    shortest, longest = (
        spread * math.sqrt((n - 1) / chdtri(n - 1, share)) for share in (tail, 1 - tail)
    )
    number, low = _fewest(spread, room), _fewest(shortest, room)
    if number is None or low is None:
        return None
    return BlocksNeeded(number, low, _fewest(longest, room))


def _fewest(spread: float, room: float) -> int | None:
    """The fewest blocks of that standard deviation that detect a log-ratio beyond the margin."""

    def is_enough(n: int) -> bool:  # the more blocks, the smaller what they detect
        reach = t_quantile((1 + CONFIDENCE) / 2, n - 1) + t_quantile(POWER, n - 1)
        return bool(reach * spread / math.sqrt(n) <= room)

    candidates = range(2, MOST + 1)
    place = bisect_left(candidates, True, key=is_enough)
    return candidates[place] if place < len(candidates) else None
