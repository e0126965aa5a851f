"""A run, read from its folder. Whatever does not fit raises BadRun."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from runfiles.code import Code
from runfiles.errors import BadRun, Vanished
from runfiles.one_machine import require_one_machine
from runfiles.points import read_points
from runfiles.records import Ceilings, Discard, Plan, Process
from runfiles.run import Run
from runfiles.store import read

MOST_READINGS = 3
T = TypeVar("T", Process, Discard, Ceilings)


def load_run(folder: Path) -> Run:
    """The run in ``folder``, with its other sizes and further problems. Raises BadRun.

    A run that is being measured may set a block aside meanwhile: then it is read again.
    """
    for _ in range(MOST_READINGS - 1):
        with suppress(Vanished):
            return _load_run(folder)
    return _load_run(folder)


def _load_run(folder: Path) -> Run:
    own = _load_problem(folder)
    found = {own.plan.problem.objective: folder}
    problems = []
    for path in problem_folders(folder):
        run = _load_problem(path)
        same = found.setdefault(run.plan.problem.objective, path)
        if same is not path:
            what = f"{path} is of the same problem as {same}"
            raise BadRun(f"{what}; expected each once. Move one out.")
        _require_none_within(path, "cases", "a case")
        problems.append(run)
    whole = replace(own, problems=tuple(problems))
    require_one_machine(whole)
    return whole


def _load_problem(folder: Path) -> Run:
    """One problem of the run, at all its sizes."""
    own = _load_size(folder)
    found = {_size(own): folder}
    sizes = []
    for path in size_folders(folder):
        run = _load_size(path)
        if _objective(run) != _objective(own):
            raise BadRun(f"{path} is not of the problem of {folder}; expected one. Move it out.")
        same = found.setdefault(_size(run), path)
        if same is not path:
            raise BadRun(f"{path} is of the same size as {same}; expected each once. Move one out.")
        for name in ("sizes", "cases"):
            _require_none_within(path, name, "a size")
        sizes.append(run)
    return replace(own, sizes=tuple(sizes))


def size_folders(folder: Path) -> list[Path]:
    """The folders of the run's other sizes."""
    return _folders(folder / "sizes")


def problem_folders(folder: Path) -> list[Path]:
    """The folders of the run's further problems, each with its sizes."""
    return _folders(folder / "cases")


def case_folders(folder: Path) -> list[Path]:
    """The folders of every problem at every size, the run's own first."""
    homes = (folder, *problem_folders(folder))
    return [path for home in homes for path in (home, *size_folders(home))]


def _folders(folder: Path) -> list[Path]:
    """Everything in ``folder`` but plain files; nothing where it is not there."""
    try:
        found = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise BadRun(f"{folder} cannot be listed ({error}); make it readable.") from error
    return sorted(path for path in found if path.is_symlink() or path.is_dir())


def _require_none_within(folder: Path, name: str, kind: str) -> None:
    if _folders(folder / name):
        raise BadRun(f"{folder / name} is within {kind}; expected none. Move it out.")


def _objective(run: Run) -> tuple[str, frozenset[str]]:
    spec = run.plan.problem
    return spec.objective, frozenset(spec.counts)


def _size(run: Run) -> tuple[int, ...]:
    spec = run.plan.problem
    return spec.n_examples, spec.batch_size, *(spec.counts[name] for name in sorted(spec.counts))


def _load_size(folder: Path) -> Run:
    """One size of the run: what lies in ``folder`` itself."""
    plan = read(folder / "plan.json", Plan)
    discards = tuple(_discard(path, plan) for path in _listing(folder / "discarded"))
    aside = _not_yet_moved(folder, discards)
    raw = [path for path in _listing(folder / "raw") if path.name not in aside]
    processes = tuple(_process(path, plan) for path in raw)
    _require_one_problem(folder / "raw", plan, processes)
    try:
        points = read_points(folder / "problem", plan.problem)
    except ValueError as error:
        raise BadRun(f"{folder / 'problem'}: {error}. Start a new run.") from error
    ceilings = tuple(_ceilings(path, plan) for path in _listing(folder / "ceilings"))
    return Run(folder, plan, processes, discards, points, ceilings, _code(folder, plan))


def _code(folder: Path, plan: Plan) -> Code | None:
    """The code of the run; None where it is of before it was stored."""
    path = folder / "code.json"
    found = read(path, Code) if path.exists() else None
    if found and len(found.arms) != len(plan.arms):
        got = f"of arms it has {len(found.arms)}, and plan.json {len(plan.arms)}"
        raise BadRun(f"{path}: {got}; expected one entry for each.")
    return found


def _listing(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.glob("*.json") if not path.name.startswith(".")]
    except OSError as error:
        raise BadRun(f"{folder} cannot be listed ({error}); make it readable.") from error
    return sorted(found)


def _not_yet_moved(folder: Path, discards: tuple[Discard, ...]) -> set[str]:
    """Raw files that were discarded by a command which ended before it set them aside."""
    return {
        name
        for discard in discards
        for name in discard.files
        if not (folder / "discarded" / discard.file.removesuffix(".json") / name).exists()
    }


def _named(path: Path, kind: type[T]) -> T:
    """The record at ``path``. Raises BadRun where it holds something else than its name says."""
    record = read(path, kind)
    if path.name != record.file:
        raise BadRun(f"{path} holds what is called {record.file}; its name says otherwise.")
    return record


def _process(path: Path, plan: Plan) -> Process:
    process = _named(path, Process)
    _require_planned(path, plan, process.block, process.arm)
    return process


def _discard(path: Path, plan: Plan) -> Discard:
    discard = _named(path, Discard)
    for name in discard.files:
        _require_planned(path, plan, discard.block, int(Path(name).stem.partition("-")[2]))
    return discard


def _ceilings(path: Path, plan: Plan) -> Ceilings:
    ceilings = _named(path, Ceilings)
    if ceilings.block >= len(plan.blocks):
        raise BadRun(f"{path} was not planned; expected only blocks of plan.json.")
    return ceilings


def _require_planned(path: Path, plan: Plan, block: int, arm: int) -> None:
    """Raise BadRun where the file at ``path`` is of a process that no block has."""
    if block >= len(plan.blocks) or arm not in plan.blocks[block]:
        raise BadRun(f"{path} was not planned; expected only blocks and arms of plan.json.")


def _require_one_problem(raw: Path, plan: Plan, processes: tuple[Process, ...]) -> None:
    """Raise BadRun where two files in ``raw`` were measured on different data or orders.

    The data are of one dtype each, the orders of timed calls the same for all.
    """
    first: dict[tuple[str, str], Process] = {}
    for process in processes:
        for key, of in (
            ("problem_sha256", plan.arms[process.arm].dtype),
            ("timed_orders_sha256", "all"),
        ):
            given = process.facts.get(key)
            if given is None:
                continue
            other = first.setdefault((key, of), process)
            if given != other.facts[key]:
                raise BadRun(
                    f"{raw / process.file} and {raw / other.file} are of different problems "
                    f"(facts.{key}); expected one at each size. Delete the file that is of "
                    "another run or size, and resume the run: it is then measured again."
                )
