"""A run, read from its folder: the only module that knows the files' keys.

The files are described in ``docs/result-format.md``. Whatever does not fit raises BadResult.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from reports.discard_file import NAME as NOTE_NAME
from reports.discard_file import read_discard
from reports.plan_file import read_plan
from reports.points import read_points
from reports.raw_file import NAME as RAW_NAME
from reports.raw_file import read_process
from reports.run import Discard, Plan, Process, Run
from reports.schema import MANY, Fields, Mismatch, anything, count

VERSION = 1
LARGEST_FILE = 2**28  # bytes


T = TypeVar("T")


class BadResult(ValueError):
    """A file of the run is not what this version reads; the text says which, why, what to do."""


def load_run(folder: Path) -> Run:
    """The run in ``folder``. Raises BadResult."""
    plan = _read(folder / "plan.json", "autograd-bench plan", _plan)
    names = sorted(path.name for path in _listing(folder / "raw"))
    processes = tuple(_process_file(folder / "raw" / name, plan) for name in names)
    discarded = tuple(sorted(str(p.relative_to(folder)) for p in _listing(folder / "discarded")))
    problem = folder / "problem"
    try:
        points = read_points(problem, plan.problem.n_examples, plan.problem.n_features)
    except Mismatch as error:
        raise BadResult(f"{problem}: {error} Start a new run.") from error
    return Run(folder.resolve().name, plan, processes, discarded, points)


def _listing(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.rglob("*.json") if not path.name.startswith(".")]
    except OSError as error:
        raise BadResult(f"{folder} cannot be listed ({error}); make it readable.") from error


def _read(path: Path, form: str, reader: Callable[[Fields], T]) -> T:
    """What ``reader`` makes of the JSON file at ``path``, its format and version checked."""
    try:
        fields = Fields(json.loads(_bytes(path)))
        found = fields.maybe("format", anything)
        if found != form:
            raise Mismatch("format", found, f"{form!r}")
        version = fields.need("version", count(0, MANY))
        if version != VERSION:
            asked = f"{VERSION}, the one this program reads. Use the program that wrote it"
            raise Mismatch("version", version, asked)
        return reader(fields)
    except BadResult:
        raise
    except (ValueError, RecursionError) as error:
        advice = _advice(path)
        raise BadResult(f"{path} is not a readable {form} file: {error} {advice}") from error


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadResult(f"{path} is not there; expected the folder of a run, with plan.json in it.")
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise BadResult(f"{path} cannot be read ({error}); make it readable.") from error
    if content is None:
        raise BadResult(f"{path} is larger than {LARGEST_FILE} bytes; expected a result file.")
    if not content.strip():
        raise BadResult(f"{path} is empty; expected JSON. {_advice(path)}")
    return content


def _advice(path: Path) -> str:
    if path.name == "plan.json":
        return "Start a new run, or give the folder of another one."
    return "Delete the file and resume the run: it is then measured again."


def _process_file(path: Path, plan: Plan) -> Process:
    process = _read(path, "autograd-bench raw", lambda fields: _process(fields, path.name))
    named = RAW_NAME.fullmatch(path.name)
    where = (process.block, process.arm)
    if named is None or (int(named[1]), int(named[2])) != where:
        raise BadResult(f"{path} holds block {where[0]}, arm {where[1]}; its name says otherwise.")
    if process.block >= len(plan.blocks) or process.arm not in plan.blocks[process.block]:
        raise BadResult(f"{path} was not planned; expected only blocks and arms of plan.json.")
    return process


