"""The store: records written whole or not at all, and read only where they are what they say."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import msgspec

from runfiles import version_1, version_2
from runfiles.errors import BadRun, Vanished, shown
from runfiles.phases import REPEATED
from runfiles.records import VERSION, Interpreters, Record
from runfiles.statuses import STATUSES

LARGEST_FILE = 2**28  # bytes
ROOM_BYTES = 2**16  # a record and its log take a tenth of that
TICKED = re.compile(r"`([^`]*)`")
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")  # of a path such as $.phases.epoch.seconds[3]
KINDS = {
    "array": "a list",
    "object": "an object",
    "str": "text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "null": "null",
}
LONE_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
# What msgspec knows of a type it finds out at its first use; a second thread that needs it
# meanwhile would be handed what is not there yet, which ends the process
ONE_AT_A_TIME = Lock()
T = TypeVar("T", bound=Record)


def write(path: Path, record: Record) -> None:
    """Write ``record`` to ``path`` atomically: a reader sees the old file, the new one or none.

    Raises BadRun where the folder cannot be written or the disk is full.
    """
    text = json.dumps(msgspec.to_builtins(record), indent=1, allow_nan=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise BadRun(unwritable(path, error)) from error


def read(path: Path, kind: type[T]) -> T:
    """The record of ``kind`` at ``path``. Raises BadRun, Vanished where it is not there."""
    form = kind.__struct_config__.tag
    try:
        document = parsed(content(path), kind)
        require_form(document, form)
        if document["version"] == 1:
            document = version_1.lifted(document, path.stem)
        if document["version"] == 2:
            document = version_2.lifted(document)
        return converted(document, kind)
    except BadRun:
        raise
    except (ValueError, RecursionError, OverflowError) as error:
        raise BadRun(f"{path} is not a readable {form} file: {error}. {advice(path)}") from error


def parsed(text: bytes, kind: type[Record]) -> Any:
    """The JSON in ``text``; a lone surrogate becomes a question mark, but in paths."""
    found = json.loads(text, parse_int=whole)
    return spelled(found) if kind is not Interpreters and LONE_SURROGATE.search(text) else found


def whole(digits: str) -> float:
    """The number; one that nobody has room for is infinite."""
    return int(digits) if len(digits) < 100 else float(digits)


def spelled(value: Any) -> Any:
    """``value`` with text that can be written everywhere."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {spelled(key): spelled(entry) for key, entry in value.items()}
    return [spelled(entry) for entry in value] if isinstance(value, list) else value


def require_form(document: Any, form: object) -> None:
    """Raise ValueError unless ``document`` is an object of that format, in a version we read."""
    if not isinstance(document, dict):
        raise ValueError(f"it is {shown(document)}; expected an object")
    if document.get("format") != form:
        raise ValueError(f"format is {shown(document.get('format'))}; expected {form!r}")
    version = document.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise ValueError(
            f"version is {shown(version)}; expected 1 to {VERSION}, which this "
            "program reads. Use the program that wrote it"
        )


def converted(document: Any, kind: type[T]) -> T:
    """``document`` as a record. Raises ValueError with the place, what stands there, and more."""
    try:
        with ONE_AT_A_TIME:
            return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise ValueError(explained(text, path.rstrip("`"), document)) from error


def explained(text: str, path: str, document: Any) -> str:
    """What msgspec says of the value at ``path`` in our words: where, what stands there, more."""
    value, (known, _, within) = document, path.partition("[...]")  # a key that it does not tell
    for key, index in STEP.findall(known):
        value = value[int(index)] if index else value[key]
    where = path.removeprefix(".")
    lacking = re.fullmatch(r"Object missing required field `(\w+)`", text)
    if lacking:
        return f"{f'{where}.{lacking[1]}'.removeprefix('.')} is nothing; expected a value"
    if text.startswith("Invalid enum value"):
        names = STATUSES if where == "status" else REPEATED
        return f"{where} is {shown(value)}; expected one of {', '.join(names)}"
    if not text.startswith("Expected"):
        return text
    expected = text.partition(", got")[0].removeprefix("Expected ")
    kinds = (" or ".join(KINDS.get(k, k) for k in m.split(" | ")) for m in TICKED.findall(expected))
    words = TICKED.sub(lambda _: next(kinds), expected)
    got = re.search(r"got `(\w+)`", text) if within else None
    told = KINDS.get(got[1], got[1]) if got else shown(value)
    return f"{where or 'the file'} is {told}; expected {words}"


def headed(plain: dict[str, Any], kind: type[T]) -> T:
    """``plain``, which lacks format and version, as a record of ``kind``. Raises ValueError."""
    form = kind.__struct_config__.tag
    return converted({**plain, "format": form, "version": VERSION}, kind)


def content(path: Path) -> bytes:
    """The bytes of a file of a run. Raises BadRun."""
    if not path.is_file():
        raise Vanished(
            f"{path} is not there; expected the folder of a run, with plan.json in it. "
            f"{advice(path)}"
        )
    try:
        found = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise BadRun(f"{path} cannot be read ({error}); make it readable.") from error
    if found is None:
        raise BadRun(f"{path} is larger than {LARGEST_FILE // 2**20} MiB; expected a result file.")
    if not found.strip():
        raise BadRun(f"{path} is empty; expected JSON. {advice(path)}")
    return found


def advice(path: Path) -> str:
    """What to do about a file that cannot be read."""
    kind = {"sizes": "size", "cases": "case"}.get(path.parent.parent.name)
    if path.name == "plan.json" and kind:
        return f"Restore the file, or move the folder of this {kind} out of the run."
    if path.name == "plan.json":
        return "Start a new run, or give the folder of another one."
    if path.parent.name in ("raw", "ceilings"):
        return "Delete the file and resume the run: it is then measured again."
    return "Restore the file, or start a new run."


def require_room(folder: Path) -> None:
    """Raise BadRun where the disk has no room for a record: no arm failed, then."""
    if shutil.disk_usage(folder).free < ROOM_BYTES:
        raise BadRun(unwritable(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))


def unwritable(path: Path, error: OSError) -> str:
    """What could not be written and what to do."""
    return (
        f"cannot write {path}: {error.strerror or error}. Expected a writable folder with room; "
        "free space, choose another with --out, or move the run and resume it there. Files written "
        "before are kept."
    )
