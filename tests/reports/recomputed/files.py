"""The run's files as parsed JSON, and the times in them: no number is computed but medians."""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.reports.recomputed.statistic import Column

REPEATED = (
    *("data_iter", "gradient", "step", "epoch", "train"),
    *("full_gradient", "loss", "waited_step", "transfer"),
    *("jvp", "hvp", "hessian", "per_example"),
)
COLD = ("import", "prepare", "first_epoch")
SHORTEST = 1e-9  # a cold phase that the clock could not see counts as a nanosecond


@dataclass(frozen=True)
class Files:
    """One size of a run: what its files hold."""

    name: str
    plan: dict[str, Any]
    raw: dict[str, dict[str, Any]]  # name -> record
    ceilings: dict[str, dict[str, Any]]
    discards: dict[str, dict[str, Any]]

    @property
    def arms(self) -> list[dict[str, Any]]:
        """The plan's arms."""
        return list(self.plan["arms"])

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases of this run, in the order of a report."""
        return (*(name for name in REPEATED if name in self.plan["phases"]), *COLD)

    @property
    def main(self) -> str:
        """The phase that arms are ranked by."""
        return "epoch" if "epoch" in self.phases else self.phases[0]

    @property
    def n_blocks(self) -> int:
        """Blocks planned."""
        return len(self.plan["blocks"])

    @property
    def n_visited(self) -> int:
        """Examples that a timed epoch visits."""
        spec = self.plan["problem"]
        n, steps = spec["n_examples"], spec.get("steps")
        return int(n if steps is None else min(n, steps * spec["batch_size"]))

    def of(self, arm: int) -> list[dict[str, Any]]:
        """The records of one arm, by block."""
        return [record for record in self.raw.values() if record["arm"] == arm]


def read(folder: Path) -> Files:
    """The files of the run in ``folder``, without its further sizes."""
    discards = _folder(folder / "discarded")
    moved = {
        name
        for note, record in discards.items()
        for name in record["files"]
        if not (folder / "discarded" / note.removesuffix(".json") / name).exists()
    }
    raw = {name: record for name, record in _folder(folder / "raw").items() if name not in moved}
    plan = json.loads((folder / "plan.json").read_text())
    if plan["version"] > 1:  # which has the answers in the problem
        spec = plan["problem"]
        if plan["version"] == 3:  # by parameter, beside the objective's own sizes
            spec |= spec["sizes"]
            for one in spec["parameters"]:
                spec |= {f"{one['name']}_{key}": one[key] for key in ("true", "reference")}
            for record in raw.values():
                record |= record["learned"] or {}
        for key in ("true", "reference"):
            plan[key] = {name: spec.get(f"{name}_{key}") for name in ("w", "b", "losses")}
            plan[key]["recovers"] = spec["recovers"]
    return Files(folder.name, plan, raw, _folder(folder / "ceilings"), discards)


def further(folder: Path) -> list[Files]:
    """The run's further sizes."""
    return [read(path.parent) for path in sorted((folder / "sizes").glob("*/plan.json"))]


def problems(folder: Path) -> list[tuple[str, Files]]:
    """(folder within the run's, files) of every further problem at every size."""
    homes = sorted(path.parent for path in (folder / "cases").glob("*/plan.json"))
    return [
        (path.relative_to(folder).as_posix(), read(path))
        for home in homes
        for path in (home, *sorted(one.parent for one in (home / "sizes").glob("*/plan.json")))
    ]


def _folder(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def units_a_call(phase: str, series: dict[str, Any]) -> int:
    """What one call's seconds are divided by: epochs, or one training."""
    given = series.get("epochs_per_call", series.get("units_a_call", 1))
    return 1 if phase == "train" else int(given)


def times(files: Files, arm: int, phase: str) -> Column:
    """The median seconds of each block's process, None where there is none."""
    column: Column = [None] * files.n_blocks
    for record in files.of(arm):
        if record["status"] != "ok":
            continue
        if phase in COLD:
            once = (record["cold"] or {}).get(phase)
            column[record["block"]] = None if once is None else max(once, SHORTEST)
        elif phase in record["phases"]:
            series = record["phases"][phase]
            median = statistics.median(series["seconds"])
            column[record["block"]] = median / units_a_call(phase, series)
    return column


def flat(value: Any) -> list[float]:
    """The numbers of nested lists."""
    if isinstance(value, list):
        return [number for entry in value for number in flat(entry)]
    return [math.nan if value is None else float(value)]
