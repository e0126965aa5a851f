"""Chance: whether what timings say is more than a busy machine does to a few of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

N_RESAMPLES, UNLIKELY = 200, 0.05


def surely(
    statistic: Callable[..., float], columns: Sequence[Sequence[float]], limit: float
) -> bool:
    """Whether ``statistic`` of timings is beyond ``limit`` in most of what could have been timed.

    That is, in 95 of 100 drawings of calls with repetition (the bootstrap), as many of those in
    even places as of the others, which came in another order where two take turns. What a busy
    machine does to a few of them is no finding.
    """
    table, rng = np.array(columns), np.random.default_rng(0)  # (columns, calls)
    places = np.arange(table.shape[1])
    halves = (places[::2], places[1::2])
    drawn = (
        table[:, np.concatenate([rng.choice(half, len(half)) for half in halves])].tolist()
        for _ in range(N_RESAMPLES)
    )
    found = [statistic(*one) for one in drawn]
    return bool(np.quantile(found, UNLIKELY, method="lower") > limit)  # some may be infinite
