"""The machine of a run of one: its blocks, and every ratio that its cells have."""

from __future__ import annotations

from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import geometric, logs


def one_machine(size: Size) -> dict[str, Any]:
    """The one entry of ``machines``."""
    found = [[i for i, seconds in enumerate(column) if seconds] for column in size.columns.values()]
    told = {record["facts"].get("cpu") for record in size.files.raw.values()}
    return {
        "number": 1,
        "cpu": sorted(cpu for cpu in told if cpu),
        "n_blocks": len({block for blocks in found for block in blocks}),
        "has_seconds": True,
        "ratios": _ratios(size),
    }


def _ratios(size: Size) -> list[dict[str, Any]]:
    """Of every arm beside its baseline in the main phase, from fast to slow, null arms too."""
    phases = size.files.phases
    main = "epoch" if "epoch" in phases else phases[0]
    found = []
    for arm, base in enumerate(size.baselines):
        own, ratio = (
            geometric(logs(size.columns[arm, main])),
            geometric(size.ratio(arm, base, main)),
        )
        if arm != base and own and ratio:
            name = size.files.arms[arm]["name"]
            told = {"arm": name, **ratio.keys("ratio"), "n_blocks": ratio.n}
            found.append((own.value, told))
    return [told for _, told in sorted(found, key=lambda one: one[0])]
