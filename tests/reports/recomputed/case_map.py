"""The map of arms by cases: times the fastest of each, and their means over the cases."""

from __future__ import annotations

import math
import statistics
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import Column, Interval, geometric, given, keys
from tests.reports.recomputed.sweep import arm_at

LEFT_OUT = ("unavailable", "unsupported", "missing")
Case = tuple[str, Size]  # its folder within the run's


def case_map(cases: list[Case]) -> dict[str, Any] | None:
    """What cells.json has of several cases, None for one; without what is prose."""
    if len(cases) < 2:
        return None
    own = cases[0][1]
    over = [i for i, (_, size) in enumerate(cases) if size.is_usable and _ranked(own, size)]
    over = over if len(over) > 1 else []
    rows = [(arm, [_entry(own, arm, size) for _, size in cases]) for arm in own.others]
    rows = [(arm, row) for arm, row in rows if any(e["status"] not in LEFT_OUT for e in row)]
    whole = [arm for arm, row in rows if over and all(row[i]["times"] is not None for i in over)]
    means = {arm: _mean(own, arm, [cases[i][1] for i in over], len(whole)) for arm in whole}
    return {
        "phase": own.files.main,
        "cases": [_case(own, *case) for case in cases],
        "mean_cases": over,
        "arms": [
            {
                "arm": own.files.arms[arm]["name"],
                "entries": row,
                **keys("mean", means.get(arm)),
            }
            for arm, row in rows
        ],
    }


def _ranked(own: Size, size: Size) -> list[int]:
    return size.ranked_by(own.files.main) if own.files.main in size.files.phases else []


def _case(own: Size, folder: str, size: Size) -> dict[str, Any]:
    spec = size.files.plan["problem"]
    ranked = _ranked(own, size) if size.is_usable else []
    in_front = [arm for arm in ranked if _behind(own, size, arm)[1]]
    return {
        "folder": folder,
        "problem": spec.get("objective", "linreg"),
        "sizes": {key: spec[key] for key in ("n_features", "noise")},
        **{key: spec[key] for key in ("n_examples", "batch_size")},
        "is_prefix": size.files.n_visited < spec["n_examples"],
        "fastest": [size.files.arms[arm]["name"] for arm in in_front],
    }


def _behind(own: Size, size: Size, arm: int) -> tuple[Interval | None, bool]:
    """(time ÷ the first's, whether nothing shows it to be slower)."""
    first, *others = _ranked(own, size)
    if arm == first:
        return None, True
    confidence = 1 - 0.05 / len(others)
    ratio = geometric(size.ratio(arm, first, own.files.main), confidence)
    low = ratio.low if ratio else None
    return ratio, low is None or low <= math.exp(size.null_bound(own.files.main))


def _entry(own: Size, arm: int, size: Size) -> dict[str, Any]:
    there = arm_at(own, arm, size)
    nothing = {**keys("times", None), "in_front": None}
    if there is None:
        told = {"status": "missing", "reason": "it was not planned in this case"}
        return {**told, "n_blocks": 0, **nothing}
    cell = size.cell(there, own.files.main)
    told = {key: cell[key] for key in ("status", "reason", "n_blocks")}
    if cell["seconds"] is None or not size.is_usable:
        return {**told, **nothing}
    if _ranked(own, size)[0] == there:
        return {**told, **nothing, "times": 1.0, "in_front": True}
    ratio, in_front = _behind(own, size, there)
    n = ratio.n if ratio else 0
    return {**told, "n_blocks": n, **keys("times", ratio), "in_front": in_front if ratio else None}


def beside_fastest(own: Size) -> list[dict[str, Any]]:
    """What cells.json has of every arm beside the fastest of the run's own case."""
    ranked = _ranked(own, own) if own.is_usable else []
    keys_of = ("arm", "times", "times_low", "times_high", "in_front")
    found = ({"arm": own.files.arms[arm]["name"], **_entry(own, arm, own)} for arm in ranked)
    return [{key: one[key] for key in keys_of} for one in found]


def _mean(own: Size, arm: int, sizes: list[Size], family: int) -> Interval | None:
    columns: list[Column] = []
    is_first = True
    for size in sizes:
        there, first = arm_at(own, arm, size), _ranked(own, size)[0]
        assert there is not None
        is_first = is_first and there == first
        columns.append(size.ratio(there, first, own.files.main))
    blocks = (given(list(block)) for block in zip(*columns, strict=True))
    means = [statistics.fmean(b) if len(b) == len(columns) else None for b in blocks]
    found = geometric(means, 1 - 0.05 / family)
    return Interval(1.0, None, None, found.n) if found and is_first else found
