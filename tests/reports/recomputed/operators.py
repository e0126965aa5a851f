"""Derivatives besides the gradient: their times, and what of the arm's own gradient's they are."""

from __future__ import annotations

from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import geometric, keys, less, logs

OPERATORS = ("jvp", "hvp", "hessian", "per_example")


def operators(size: Size) -> list[dict[str, Any]]:
    """Those of every arm but the null arms, operator by operator, from fast to slow."""
    return [
        one
        for operator in OPERATORS
        if operator in size.files.phases
        for one in sorted(_of(size, operator), key=lambda entry: entry["seconds"])
    ]


def _of(size: Size, operator: str) -> list[dict[str, Any]]:
    found = []
    for arm in size.others:
        times = logs(size.columns[arm, operator])
        seconds, ratio = geometric(times), None
        if seconds is None:
            continue
        if "gradient" in size.files.phases:
            ratio = geometric(less(times, logs(size.columns[arm, "gradient"])))
        told = [one["facts"].get("compositions", {}).get(operator) for one in size.files.of(arm)]
        found.append(
            {
                "arm": size.files.arms[arm]["name"],
                "operator": operator,
                "composition": next((text for text in told if text is not None), None),
                "n_blocks": seconds.n,
                **seconds.keys("seconds"),
                **(keys("ratio", None) if ratio is None else ratio.keys("ratio")),
            }
        )
    return found
