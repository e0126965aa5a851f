"""Raw records: what one process said of its arm, believed only where it is complete."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.runner.discards import disturbances_of
from runfiles.errors import BadRun
from runfiles.records import Arm, Process
from runfiles.statuses import Status
from runfiles.store import headed, read

Place = dict[str, int]  # block, position, arm
OF_AN_ARM = ("backend", "device", "dtype")


def failure(arm: Arm, place: Place, status: Status, reason: str) -> Process:
    """The record of a process that could not write its own."""
    of_arm = {key: getattr(arm, key) for key in OF_AN_ARM}
    return headed({**place, **of_arm, "status": status, "reason": reason}, Process)


def answer(
    path: Path, arm: Arm, place: Place, clean: Callable[[Any], Any], trained: bool = True
) -> Process | str | None:
    """What the process of ``arm`` left at ``path``, its noise judged; why that is not usable.

    None where it left nothing that is JSON. ``clean`` makes of it what may be published,
    ``trained``: whether it was to be put to the checks of training too.
    """
    try:
        plain = clean(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return None
    try:
        for series in plain["phases"].values():
            series["noise"]["disturbances"] = disturbances_of(series["noise"])
        found = headed({**plain, **place}, Process)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        return f"its record is not usable: {type(error).__name__}: {error}"
    wrong = flaw(found, arm, trained)
    return found if wrong is None else f"its record is not usable: {wrong}"


def stored(path: Path, arm: Arm, trained: bool = True) -> Process | None:
    """The record of ``arm`` at ``path``; None where it is not there, or of no use."""
    with suppress(BadRun):
        record = read(path, Process)
        return record if flaw(record, arm, trained) is None else None
    return None


def flaw(record: Process, arm: Arm, trained: bool = True) -> str | None:
    """What makes a record unusable, or None. An ``ok`` must show every check, passed."""
    from backends.checks import names_of

    for key in OF_AN_ARM:
        if getattr(record, key) != getattr(arm, key):
            return f"its {key} is {getattr(record, key)!r}; expected {getattr(arm, key)!r}"
    expected = [(name, True) for name in names_of(trained)]
    if record.status == "ok" and [(one.name, one.ok) for one in record.checks] != expected:
        return "it is ok without having passed every check"
    return None


def scrubbed(plain: Any, named: Mapping[Path, str]) -> Any:
    """``plain`` without the paths and the user name of this machine in what it says.

    ``named``: folders, with what is to stand for each.
    """
    hidden = {str(path): f"<{name}>" for path, name in named.items()}
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
        return [clean(entry) for entry in value] if isinstance(value, list | tuple) else value

    return clean(plain)
