"""A run, read from its folder. Whatever does not fit raises BadResult.

The files are described in ``docs/result-format.md``; the four modules named after them
(``plan_file``, ``raw_file``, ``discard_file``, ``ceilings_file``) alone know their keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from reports.result.ceilings_file import NAME as CEILINGS_NAME
from reports.result.ceilings_file import read_ceilings
from reports.result.discard_file import NAME as NOTE_NAME
from reports.result.discard_file import read_discard
from reports.result.plan_file import read_plan
from reports.result.points import read_points
from reports.result.raw_file import NAME as RAW_NAME
from reports.result.raw_file import read_process
from reports.result.run import Ceilings, Discard, Plan, Process, Run
from reports.result.schema import MANY, Fields, Mismatch, anything, count

VERSION = 1
LARGEST_FILE = 2**28  # bytes
MOST_READINGS = 3


T = TypeVar("T")


class BadResult(ValueError):
    """A file of the run is not what this version reads; the text says which, why, what to do."""


class Vanished(BadResult):
    """A file was listed and is not there any more."""


def load_run(folder: Path) -> Run:
    """The run in ``folder``, with its other sizes. Raises BadResult.

    A run that is being measured may set a block aside meanwhile: then it is read again.
    """
    for _ in range(MOST_READINGS - 1):
        with suppress(Vanished):
            return _load_run(folder)
    return _load_run(folder)


def _load_run(folder: Path) -> Run:
    own = _load_size(folder)
    found = {_size(own): folder}
    sizes = []
    for path in size_folders(folder):
        run = _load_size(path)
        same = found.setdefault(_size(run), path)
        if same is not path:
            raise BadResult(
                f"{path} is of the same size as {same}; expected each once. Move one out."
            )
        if size_folders(path):
            raise BadResult(f"{path / 'sizes'} is within a size; expected none. Move it out.")
        sizes.append(run)
    return replace(own, sizes=tuple(sizes))


def size_folders(folder: Path) -> list[Path]:
    """The folders of the run's other sizes: everything in ``sizes`` but plain files."""
    try:
        found = list((folder / "sizes").iterdir()) if (folder / "sizes").is_dir() else []
    except OSError as error:
        raise BadResult(
            f"{folder / 'sizes'} cannot be listed ({error}); make it readable."
        ) from error
    return sorted(path for path in found if path.is_symlink() or path.is_dir())


def _size(run: Run) -> tuple[int, int, int]:
    spec = run.plan.problem
    return spec.n_examples, spec.n_features, spec.batch_size


def _load_size(folder: Path) -> Run:
    """One size of the run: what lies in ``folder`` itself."""
    plan = _read(folder / "plan.json", "autograd-bench plan", read_plan)
    discards = tuple(_discard_file(path, plan) for path in _listing(folder / "discarded"))
    aside = _not_yet_moved(folder, discards)
    raw = [path for path in _listing(folder / "raw") if path.name not in aside]
    processes = tuple(_process_file(path, plan) for path in raw)
    _require_one_problem(folder / "raw", plan, processes)
    problem = folder / "problem"
    try:
        points = read_points(problem, plan.problem.n_examples, plan.problem.n_features)
    except Mismatch as error:
        raise BadResult(f"{problem}: {error} Start a new run.") from error
    ceilings = tuple(_ceilings_file(path, plan) for path in _listing(folder / "ceilings"))
    return Run(folder, plan, processes, discards, points, ceilings)


def _listing(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.glob("*.json") if not path.name.startswith(".")]
    except OSError as error:
        raise BadResult(f"{folder} cannot be listed ({error}); make it readable.") from error
    return sorted(found)


def _not_yet_moved(folder: Path, discards: tuple[Discard, ...]) -> set[str]:
    """Raw files that were discarded by a command which ended before it set them aside."""
    return {
        name
        for discard in discards
        for name in discard.files
        if not (folder / "discarded" / discard.file.removesuffix(".json") / name).exists()
    }


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
        raise Vanished(
            f"{path} is not there; expected the folder of a run, with plan.json in it. "
            f"{_advice(path)}"
        )
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
    if path.name == "plan.json" and path.parent.parent.name == "sizes":
        return "Restore the file, or move the folder of this size out of the run."
    if path.name == "plan.json":
        return "Start a new run, or give the folder of another one."
    if path.parent.name == "discarded":
        return "Restore the file, or start a new run."
    return "Delete the file and resume the run: it is then measured again."


def _process_file(path: Path, plan: Plan) -> Process:
    process = _read(path, "autograd-bench raw", lambda fields: read_process(fields, path.name))
    named = RAW_NAME.fullmatch(path.name)
    where = (process.block, process.arm)
    if named is None or (int(named[1]), int(named[2])) != where:
        raise BadResult(f"{path} holds block {where[0]}, arm {where[1]}; its name says otherwise.")
    if not _is_planned(plan, *where):
        raise BadResult(f"{path} was not planned; expected only blocks and arms of plan.json.")
    return process


def _require_one_problem(raw: Path, plan: Plan, processes: tuple[Process, ...]) -> None:
    """Raise BadResult where two files in ``raw`` were measured on different data of one dtype."""
    first: dict[str, Process] = {}
    for process in processes:
        given = process.facts.get("problem_sha256")
        if given is None:
            continue
        other = first.setdefault(plan.arms[process.arm].dtype, process)
        if given != other.facts["problem_sha256"]:
            raise BadResult(
                f"{raw / process.file} and {raw / other.file} are of different problems "
                "(facts.problem_sha256); expected one at each size. Delete the file that is of "
                "another run or size, and resume the run: it is then measured again."
            )


def _discard_file(path: Path, plan: Plan) -> Discard:
    discard = _read(path, "autograd-bench discard", lambda f: read_discard(f, path.name))
    named = [RAW_NAME.fullmatch(name) for name in discard.files]
    arms = [int(name[2]) for name in named if name]
    if NOTE_NAME.fullmatch(path.name) is None:
        raise BadResult(f"{path} is no discard; expected a name such as 000.json.")
    if not all(_is_planned(plan, discard.block, arm) for arm in arms):
        raise BadResult(f"{path} names what was not planned; expected only blocks of plan.json.")
    return discard


def _ceilings_file(path: Path, plan: Plan) -> Ceilings:
    ceilings = _read(path, "autograd-bench ceilings", lambda f: read_ceilings(f, path.name))
    named = CEILINGS_NAME.fullmatch(path.name)
    if named is None or int(named[1]) != ceilings.block:
        raise BadResult(f"{path} holds block {ceilings.block}; its name says otherwise.")
    if ceilings.block >= len(plan.blocks):
        raise BadResult(f"{path} was not planned; expected only blocks of plan.json.")
    return ceilings


def _is_planned(plan: Plan, block: int, arm: int) -> bool:
    return block < len(plan.blocks) and arm in plan.blocks[block]
