"""The folder of a run: made once, locked while it is measured, read again to go on."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backends.errors import BadInput
from backends.problem import Problem, load_problem
from bench.arms import Interpreters, PlannedArm
from bench.environment import machine_facts
from bench.plan import Plan
from bench.record import INTERPRETERS, PLAN, RAW, read_json, unwritable, write_json

GRAVEST_FIRST = (
    *("wrong", "refused", "crashed", "timeout", "out of memory"),
    *("unavailable", "unsupported", "ok"),
)


def create(
    folder: Path, plan: Plan, problem: Problem, interpreters: Interpreters | None = None
) -> None:
    """Make ``folder`` with the plan and the problem. Raises BadInput unless new or empty."""
    require_new(folder)
    lay_down(folder, plan, problem, interpreters)


def require_new(folder: Path) -> None:
    """Raise BadInput where ``folder`` holds anything."""
    if (folder / "plan.json").exists():
        raise BadInput(
            f"{folder} already holds a run; expected a new folder. "
            f"Go on with it: autograd-bench run --resume {folder}"
        )
    try:
        if folder.exists() and any(folder.iterdir()):
            raise BadInput(f"{folder} holds files; expected a new or empty folder for --out.")
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error


def lay_down(
    folder: Path, plan: Plan, problem: Problem, interpreters: Interpreters | None = None
) -> None:
    """Write problem, interpreters and at last the plan into ``folder``. Raises BadInput."""
    try:
        problem.save(folder / "problem")
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    if interpreters is not None:
        record = {**INTERPRETERS, "paths": dict(interpreters.paths)}
        write_json(folder / "interpreters.json", record)
    write_json(folder / "plan.json", plan.as_record())


def read_plan(folder: Path) -> Plan:
    """The plan stored in ``folder``. Raises BadInput."""
    return Plan.from_record(read_json(folder / "plan.json", PLAN))


def read_interpreters(folder: Path) -> Interpreters:
    """The interpreters of the run; kept apart from the plan, whose content may be published."""
    path = folder / "interpreters.json"
    return Interpreters(read_json(path, INTERPRETERS)["paths"] if path.exists() else {})


def require_unchanged(folder: Path, plan: Plan) -> None:
    """Raise BadInput unless problem and environment are those the run was begun with."""
    if load_problem(folder / "problem").sha256() != plan.problem.get("sha256"):
        raise BadInput(f"the problem in {folder} is not the plan's. Start a new run.")
    now = json.loads(json.dumps(machine_facts()))
    del now["memory_bytes"]  # a reboot may move it a little
    changed = [
        f"{key} was {plan.environment.get(key)!r} and is {now[key]!r}"
        for key in now
        if plan.environment.get(key) != now[key]
    ]
    if changed:
        raise BadInput(
            f"the environment has changed since the run was begun: {'; '.join(changed)}. "
            "Restore it, or start a new run."
        )


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
        record, arm = read_json(path, RAW), int(path.stem.partition("-")[2])
        if arm in seen:
            seen[arm].add(str(record.get("status")))
    return [
        (arm, next((status for status in GRAVEST_FIRST if status in seen[number]), "crashed"))
        for number, arm in enumerate(plan.arms)
    ]
