"""Giving up: an arm that failed in earlier blocks is not started in every further one."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from bench.runner.raw import stored
from runfiles.records import Plan, Process
from runfiles.statuses import LOGGED


def given_up(
    folder: Path, plan: Plan, block: int, arm: int, machine: str | None = None
) -> Process | None:
    """The last record of an arm that need not be tried again, marked a copy, else None.

    Blocks that are not there are passed over: several machines do not end them in order. Where a
    ``machine`` is named, so are those of others: what one cannot run another one may.
    """
    failures = 0
    for earlier in reversed(range(block)):
        path = folder / "raw" / f"{earlier:03d}-{arm:02d}.json"
        record = stored(path, plan.arms[arm], plan.problem.trained)
        if record is None or machine not in (None, record.machine):
            continue
        if record.status == "ok":
            return None
        failures += 1
        if failures >= (2 if record.status in LOGGED else 1):  # what crashed is tried again
            first = earlier if record.copied_from is None else record.copied_from
            return structs.replace(record, copied_from=first)
    return None
