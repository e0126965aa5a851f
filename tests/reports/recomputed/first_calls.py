"""The first calls of every arm against its steady time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import Any

from tests.reports.recomputed.cells import Size

LAST_ROUND = 7


def first_calls(size: Size) -> list[dict[str, Any]]:
    """Every right arm's, from the slowest start on."""
    found = []
    for arm in size.others:
        records = [record for record in size.files.of(arm) if record["status"] == "ok"]
        if records and size.standings[arm]["status"] == "ok":
            calls = _medians([_ratios(record, size.files.main) for record in records])
            found.append({"arm": size.files.arms[arm]["name"], "calls": calls})
    told = [one for one in found if one["calls"]]
    return sorted(told, key=lambda one: one["calls"][0]["ratio"], reverse=True)


def _ratios(record: dict[str, Any], phase: str) -> dict[int, float]:
    """By round, the time of a call ÷ the median of all that were timed after it."""
    series = record["phases"].get(phase)
    if series is None:
        return {}
    calls = list(enumerate(series["warmup_seconds"], 1))
    if phase == "epoch" and "first_epoch" in (record["cold"] or {}):
        calls.append((0, record["cold"]["first_epoch"]))
    steady = statistics.median(series["seconds"])
    return {number: seconds / steady for number, seconds in calls if seconds > 0}


def _medians(blocks: list[dict[int, float]]) -> list[dict[str, Any]]:
    """Of every round that no fewer blocks have than lack."""
    by_round = defaultdict(list)
    for block in blocks:
        for number, ratio in block.items():
            by_round[number].append(ratio)
    return [
        {"round": number, "ratio": statistics.median(ratios)}
        for number, ratios in sorted(by_round.items())
        if number <= LAST_ROUND and 2 * len(ratios) >= len(blocks)
    ]
