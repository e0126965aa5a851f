"""Records: the JSON files of a run, written whole or not at all. Format: docs/result-format.md."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from backends.errors import BadInput

PLAN = {"format": "autograd-bench plan", "version": 1}
CEILINGS = {"format": "autograd-bench ceilings", "version": 1}
DISCARD = {"format": "autograd-bench discard", "version": 1}
INTERPRETERS = {"format": "autograd-bench interpreters", "version": 1}
RAW = {"format": "autograd-bench raw", "version": 1}

ROOM_BYTES = 2**16  # a record and its log take a tenth of that


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write ``record`` to ``path`` atomically: a reader sees the old file, the new one or none.

    Raises BadInput where the folder cannot be written or the disk is full.
    """
    text = json.dumps(record, indent=1, allow_nan=False, default=str)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    except OSError as error:
        raise BadInput(unwritable(path, error)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise BadInput(unwritable(path, error)) from error
    finally:
        Path(name).unlink(missing_ok=True)


def read_json(path: Path, kind: dict[str, Any]) -> dict[str, Any]:
    """The record at ``path``. Raises BadInput unless it is whole and of ``kind``."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"cannot read {path}: {error}. Expected an {kind['format']} file; restore it, or "
            "start a new run."
        ) from error
    if not isinstance(record, dict) or any(record.get(key) != kind[key] for key in kind):
        got = {key: record.get(key) for key in kind} if isinstance(record, dict) else type(record)
        raise BadInput(f"{path} is {got}; expected {kind}. Name a folder this version wrote.")
    return record


def require_room(folder: Path) -> None:
    """Raise BadInput where the disk has no room for a record: no arm failed, then."""
    if shutil.disk_usage(folder).free < ROOM_BYTES:
        raise BadInput(unwritable(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))


def unwritable(path: Path, error: OSError) -> str:
    """What could not be written and what to do."""
    return (
        f"cannot write {path}: {error.strerror or error}. Expected a writable folder with room; "
        "free space, choose another with --out, or move the run and resume it there. Files written "
        "before are kept."
    )
