"""Raw records: what one process said of its arm, believed only where it is complete."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from bench.arms import PlannedArm
from bench.record import RAW, read_json

# Statuses, and after how many failures in a row an arm is not started again in later blocks.
GIVE_UP_AFTER = {
    "ok": 0,
    "wrong": 1,
    "refused": 1,
    "unavailable": 1,
    "unsupported": 1,
    "timeout": 2,
    "crashed": 2,
    "out of memory": 2,
}
LOGGED = ("crashed", "timeout", "out of memory")  # statuses whose whole story is in the log
NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("framework", "framework_version", "differentiation", "execution")),
    **dict.fromkeys(("failed_check", "copied_from")),
    **dict.fromkeys(("gradient_error", "trajectory_error", "w", "b", "losses")),
    "checks": [],
    "cold": {},
    "phases": {},
    "absent": {},
    "facts": {},
}


def failure(arm: PlannedArm, status: str, reason: str) -> dict[str, Any]:
    """The raw record of a process that could not write its own."""
    told = {"backend": arm.backend, "device": arm.device, "dtype": arm.dtype}
    return {**RAW, **told, **NOTHING, "status": status, "reason": reason}


def read_raw(path: Path, arm: PlannedArm) -> dict[str, Any]:
    """The record at ``path``, complete and of ``arm``. Raises BadInput."""
    record = read_json(path, RAW)
    found = flaw(record, arm)
    if found is not None:
        raise BadInput(f"{path}: {found}. Delete the file and resume the run.")
    return record


def flaw(record: Mapping[str, Any], arm: PlannedArm) -> str | None:
    """What makes a record unusable, or None. An ``ok`` must show every check, passed."""
    from backends.checks import CHECKS

    lacking = [key for key in (*NOTHING, "status", "reason") if key not in record]
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    if record["status"] not in GIVE_UP_AFTER:
        return f"its status is {record['status']!r}; expected one of {', '.join(GIVE_UP_AFTER)}"
    for key in ("backend", "device", "dtype"):
        if record.get(key) != getattr(arm, key):
            return f"its {key} is {record.get(key)!r}; expected {getattr(arm, key)!r}"
    for key in ("phases", "facts", "cold", "absent"):
        if not isinstance(record[key], dict):
            return f"its {key} is no object"
    if record["status"] == "ok":
        expected = [(check.__name__.removeprefix("check_"), True) for check in CHECKS]
        if [(c.get("name"), c.get("ok")) for c in record["checks"]] != expected:
            return "it is ok without having passed every check"
    return None


def is_whole(path: Path, arm: PlannedArm) -> bool:
    """Whether there is a usable record of ``arm`` at ``path``."""
    try:
        read_raw(path, arm)
    except (BadInput, AttributeError, TypeError):
        return False
    return True


def scrubbed(record: dict[str, Any], *roots: Path) -> dict[str, Any]:
    """``record`` without the paths and the user name of this machine in what it says."""
    hidden = {str(root): "<suite>" for root in roots}
    with suppress(RuntimeError):  # a user without a home
        hidden[str(Path.home())] = "~"
    with suppress(KeyError, OSError, ImportError):  # a user without a name
        hidden[f"/{getpass.getuser()}/"] = "/~/"

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for text, shown in hidden.items():
                value = value.replace(text, shown) if len(text) > 2 else value
            return value
        if isinstance(value, dict):
            return {key: clean(entry) for key, entry in value.items()}
        return [clean(entry) for entry in value] if isinstance(value, list) else value

    cleaned: dict[str, Any] = clean(record)
    return cleaned
