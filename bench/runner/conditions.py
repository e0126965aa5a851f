"""The conditions of a run: the machine and the versions that its plan was made for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from bench.machine import machine_facts
from bench.runner.allow_list import kept_variables
from bench.runner.suite import sources
from runfiles.errors import BadRun
from runfiles.records import Plan, Process
from runfiles.store import read

OF_A_BOOT = ("memory_bytes", "host_memory_bytes")  # another one may move them a little
SHARE_OF_A_BOOT = 0.05


def differences(plan: Plan, facts: Mapping[str, Any]) -> Iterator[str]:
    """In what a machine of these ``facts`` is another than ``plan`` was made for."""
    now = json.loads(json.dumps(facts))
    for key, was in plan.environment.items():
        if key in now and was != now[key] and not (key in OF_A_BOOT and is_near(was, now[key])):
            told, tells = apart(was, now[key])
            yield f"{key} was {told!r} and is {tells!r}"


def apart(was: Any, now: Any) -> tuple[Any, Any]:
    """Both, of two objects only what is not the same in them."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        return was, now
    same = {key for key, value in was.items() if key in now and now[key] == value}
    left = [{key: one[key] for key in one if key not in same} for one in (was, now)]
    return left[0], left[1]


def is_near(was: Any, now: Any) -> bool:
    """Whether two amounts of memory are one, but for what a kernel keeps to itself."""
    if type(was) is not int or type(now) is not int:
        return was is None or now is None
    return abs(now - was) <= SHARE_OF_A_BOOT * was


def require_conditions(plan: Plan) -> None:
    """Raise BadInput unless this machine and the kept variables are those of ``plan``."""
    changed = [] if plan.unlike else list(differences(plan, machine_facts()))
    are_set = (name for name in plan.kept_variables if name in os.environ)
    if kept_variables(are_set) != plan.kept_variables:
        changed.append("a variable of --keep-env has another value")
    if changed:
        raise BadInput(
            f"the environment has changed since the run was begun: {'; '.join(changed)}. "
            "Restore it, or start a new run."
        )


def require_same_sources(folder: Path) -> None:
    """Raise BadInput where the run in ``folder`` was measured by other files of the suite.

    One record tells for all: none was ever added by others. Older ones do not tell.
    """
    path, told = next(told_sources(folder), (None, None))
    if path is not None and told != sources():
        raise BadInput(
            f"{path} was measured by another version of the suite's own files ({told}); expected "
            f"those here ({sources()}). Restore the version, or start a new run."
        )


def told_sources(folder: Path) -> Iterator[tuple[Path, str]]:
    """The raw files of the run in ``folder`` that tell of the suite's files, and what."""
    for path in sorted((folder / "raw").glob("[0-9]*.json")):
        try:
            record = read(path, Process)
        except BadRun:  # it is measured again
            continue
        if record.sources is not None:
            yield path, record.sources
