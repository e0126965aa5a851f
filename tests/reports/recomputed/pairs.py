"""The pairs of one size, and the gate over all of them."""

from __future__ import annotations

from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.files import COLD
from tests.reports.recomputed.statistic import Column, detectable, geometric, given, keys, verdict


def pairs(size: Size) -> list[dict[str, Any]]:
    """Every pair in every repeated phase that some block has of both arms."""
    timed = [
        (old, new, phase, size.ratio(new, old, phase))
        for old, new in size.files.plan.get("pairs") or []
        for phase in size.files.phases
        if phase not in COLD
    ]
    timed = [one for one in timed if given(one[3])]
    return [_pair(size, *one, family=len(timed)) for one in timed]


def _pair(
    size: Size, old: int, new: int, phase: str, column: Column, family: int
) -> dict[str, Any]:
    own, wide = geometric(column), geometric(column, 1 - 0.05 / family)
    bar = size.files.plan["margin"], size.null_bound(phase)
    assert own is not None
    assert wide is not None
    return {
        "old": size.files.arms[old]["name"],
        "new": size.files.arms[new]["name"],
        "phase": phase,
        "n_blocks": own.n,
        **keys("ratio", own),
        "corrected_low": wide.low,
        "corrected_high": wide.high,
        "verdict": verdict(column, *bar, family) if size.is_usable else None,
        "mde": detectable(column, *bar, family),
    }


def gate(sizes: list[Size], prose: object) -> dict[str, Any] | None:
    """What the pairs of all sizes come to, where a gate was asked for."""
    if not sizes[0].files.plan.get("gate"):
        return None
    found = [pairs(size) for size in sizes]
    slower, unjudged = (
        sum(
            _is_slower(one, size, judged)
            for size, own in zip(sizes, found, strict=True)
            for one in own
        )
        for judged in (True, False)
    )
    planned = [len(size.files.plan["pairs"]) for size in sizes]
    timed = [len({(one["old"], one["new"]) for one in own}) for own in found]
    may_pass = planned == timed and not unjudged and all(size.state == "shown" for size in sizes)
    return {
        "outcome": "regression" if slower else "passed" if may_pass else "undecided",
        "n_cells": sum(map(len, found)),
        "n_regressions": slower,
        "text": prose,
    }


def _is_slower(one: dict[str, Any], size: Size, judged: bool) -> bool:
    """Whether a pair is slower in a phase in which identical arms were compared, or were not."""
    is_judged = any(cell["phase"] == one["phase"] for cell in size.null_cells)
    return one["verdict"] == "slower" and is_judged == judged
