"""The folder of a run: made once, locked while it is measured, read again to go on."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backends.errors import BadInput
from backends.problem import Problem
from bench.plan import Plan, PlannedArm
from bench.record import PLAN, RAW, read_json, unwritable, write_json

GRAVEST_FIRST = (
    *("wrong", "crashed", "timeout", "out of memory"),
    *("unavailable", "unsupported", "ok"),
)


def create(folder: Path, plan: Plan, problem: Problem) -> None:
    """Make ``folder`` with the plan and the problem. Raises BadInput where it holds a run."""
    if (folder / "plan.json").exists():
        raise BadInput(
            f"{folder} already holds a run; expected a new folder. "
            f"Go on with it: autograd-bench run --resume {folder}"
        )
    try:
        problem.save(folder / "problem")
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    write_json(folder / "plan.json", plan.as_record())


def read_plan(folder: Path) -> Plan:
    """The plan stored in ``folder``. Raises BadInput."""
    return Plan.from_record(read_json(folder / "plan.json", PLAN))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for one command. Raises BadInput where another one measures in it.

    The lock is the kernel's: it ends with the process that holds it, however that ends.
    """
    try:
        handle = (folder / ".lock").open("w")
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(
                f"{folder} is being measured by another command; wait for its end."
            ) from error
        yield


def outcomes(folder: Path, plan: Plan) -> list[tuple[PlannedArm, str]]:
    """Each arm with the gravest status of its processes so far."""
    seen: dict[int, set[str]] = {arm: set() for arm in range(len(plan.arms))}
    for path in sorted((folder / "raw").glob("[0-9]*.json")):
        record = read_json(path, RAW)
        seen[record["arm"]].add(record["status"])
    return [
        (arm, next((status for status in GRAVEST_FIRST if status in seen[number]), "crashed"))
        for number, arm in enumerate(plan.arms)
    ]
