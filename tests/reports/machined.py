"""Runs of several machines, made of synthetic ones: a machine in each record, seconds shifted.

``python -m tests.reports.machined FOLDER N`` writes a field of engines measured on N machines and
makes its report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.reports.many_arms import many_arms
from tests.reports.reported import write_report

Shifts = Sequence[Sequence[float]]  # by machine and arm: the log of what seconds are times


def name_of(machine: int) -> str:
    """The hash that stands for a machine; their order is not that of their numbers."""
    return f"{(7919 * (machine + 1)) % 2**16:016x}"


def on_machines(
    folder: Path, machine_of: Sequence[int], shifts: Shifts, processors: str = "AB"
) -> Path:
    """The run in ``folder`` as one whose block b was measured on machine ``machine_of[b]``.

    Machines have ``processors`` in turn.
    """
    for path in folder.rglob("*.json"):
        if path.parent.name not in ("raw", "ceilings"):
            continue
        record = json.loads(path.read_text(encoding="utf-8"))
        machine = machine_of[record["block"]]
        record["machine"] = name_of(machine)
        if path.parent.name == "raw":
            _shift(record, float(np.exp(shifts[machine][record["arm"]])))
            record["facts"]["cpu"] = f"Processor {processors[machine % len(processors)]}"
        else:
            _shift_ceilings(record, float(np.exp(shifts[machine][0])))
        path.write_text(json.dumps(record), encoding="utf-8")
    return folder


def _shift(record: dict[str, Any], times: float) -> None:
    """Every time of a process, so many times as long."""
    record["cold"] = {name: times * took for name, took in (record["cold"] or {}).items()}
    for series in record["phases"].values():
        for name in ("seconds", "warmup_seconds"):
            series[name] = (times * np.array(series[name])).tolist()


def _shift_ceilings(record: dict[str, Any], times: float) -> None:
    for one in (*record["copies"], *record["gathers"], *record["products"]):
        one["seconds"] = (times * np.array(one["seconds"])).tolist()


def shifts_of(n_machines: int, n_arms: int, seed: int = 0, interaction: float = 0.03) -> Shifts:
    """Machines up to three times as slow as the first, each arm off by ``interaction`` on each."""
    rng = np.random.default_rng(seed)
    speed = np.log(np.linspace(1.0, 3.0, n_machines))[:, None]
    shifts: list[list[float]] = (speed + rng.normal(0, interaction, (n_machines, n_arms))).tolist()
    return shifts


if __name__ == "__main__":
    n = int(sys.argv[2])
    writer = many_arms(Path(sys.argv[1]), n_blocks=3 * n)
    home = writer.write()
    blocks = [block % n for block in range(writer.n_blocks)]
    print(write_report(on_machines(home, blocks, shifts_of(n, len(writer.arms)))))
