"""The folder of a run: made once, locked while it is measured, read again to go on."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from backends.errors import BadInput
from bench.runner.arms import executable
from bench.runner.asked_files import require_same_files
from bench.runner.code import code_of, require_same_code
from bench.runner.conditions import require_conditions, require_same_sources
from bench.runner.lock import NAME as LOCK
from bench.runner.lock import Lock, locked
from problems.case import Case
from problems.problem import Problem
from problems.store import load, load_timed_orders, save
from runfiles.load import case_folders
from runfiles.records import Arm, Interpreters, Plan
from runfiles.run import Run
from runfiles.statuses import STATUSES
from runfiles.store import read, unwritable, write

RESULTS = Path("results")  # where runs lie that were given no folder


@dataclass(frozen=True)
class HeldRun:
    """A run in a folder that this command holds: what is measured is this plan and no other."""

    folder: Path
    plan: Plan
    interpreters: Interpreters
    lock: Lock


@contextmanager
def claimed(out: Path | None) -> Iterator[Lock]:
    """The lock of ``out``, made or found empty, or of a folder of its own under ``results/``.

    Nothing is written before the lock is held, and what does not become a run leaves nothing
    behind. Raises BadInput.
    """
    folder, is_new = (new_folder(datetime.now()), True) if out is None else (out, made(out))
    names = names_in(folder)
    if LOCK not in names:
        require_new(folder, names)  # no lock is left in a folder of others' files
    with locked(folder) as lock:
        require_new(folder, names_in(folder))
        try:
            yield lock
        finally:
            if lock.is_held() and not (folder / "plan.json").exists():
                clear(folder, is_new)


def made(folder: Path) -> bool:
    """Whether this command made ``folder``; False: it was there. Raises BadInput."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    try:
        folder.mkdir()
    except FileExistsError as error:
        if not folder.is_dir():
            raise BadInput(
                f"{folder} is no folder; expected a new or empty folder for --out."
            ) from error
        return False
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    return True


def new_folder(now: datetime) -> Path:
    """A folder under ``results/`` named after ``now``, made by this command and by no other."""
    name = RESULTS / f"{now:%Y%m%d-%H%M%S}"
    further = (name.with_name(f"{name.name}-{number}") for number in count(2))
    return next(folder for folder in chain([name], further) if made(folder))


def names_in(folder: Path) -> set[str]:
    """What lies in ``folder``, seen at once. Raises BadInput."""
    try:
        return {path.name for path in folder.iterdir()}
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error


def require_new(folder: Path, names: set[str]) -> None:
    """Raise BadInput where ``folder``, which holds ``names``, holds anything but a lock."""
    if "plan.json" in names:
        raise BadInput(
            f"{folder} already holds a run; expected a new folder. "
            f"Go on with it: {resume_command(folder)}"
        )
    if LOCK in names and names > {LOCK}:
        raise BadInput(
            f"{folder} holds the beginnings of a run without its plan: the command that wrote them "
            "was ended. Remove the folder, or choose another with --out."
        )
    if names - {LOCK}:
        raise BadInput(f"{folder} holds files; expected a new or empty folder for --out.")


def clear(folder: Path, is_new: bool) -> None:
    """Leave ``folder`` as it was found: take out what a run without its plan has written."""
    for name in ("sizes", "cases", "problem"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("interpreters.json", "code.json", LOCK):
        (folder / name).unlink(missing_ok=True)
    if is_new:
        with suppress(OSError):  # somebody has put a file there
            folder.rmdir()


def write_files(
    folder: Path,
    plan: Plan,
    problem: Problem,
    interpreters: Interpreters,
    cases: Iterable[Case] = (),
) -> None:
    """Write the problem, the references of its ``cases``, interpreters, code, at last the plan.

    Raises BadInput.
    """
    try:
        save(folder / "problem", problem, cases)
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    write(folder / "interpreters.json", interpreters)
    write(folder / "code.json", code_of(plan, problem.objective))
    write(folder / "plan.json", plan)


def require_unchanged(folder: Path, plan: Plan, is_here: bool = True) -> None:
    """Raise BadInput unless problem, files and environment are those the run was begun with.

    ``is_here``: it is this machine that measures.
    """
    require_same_files(plan, require_same_problem(folder, plan).spec)
    require_same_sources(folder)
    if is_here:
        require_conditions(plan)


def require_same_problem(folder: Path, plan: Plan) -> Problem:
    """The problem in ``folder``, with orders and code. Raises BadInput unless it is the plan's."""
    problem = load(folder / "problem")
    if problem.sha256() != plan.problem.sha256:
        raise BadInput(f"the problem in {folder} is not the plan's. Start a new run.")
    require_same_code(folder)
    load_timed_orders(folder / "problem")
    return problem


@contextmanager
def resumed(folder: Path, is_here: bool = True) -> Iterator[list[HeldRun]]:
    """The run in ``folder`` with its further sizes and problems, held and as they were begun.

    Every case is locked too: each is a run that could be resumed by itself. ``is_here``: it is
    this machine that measures. Raises BadInput.
    """
    read(folder / "plan.json", Plan)  # says what is wrong with the folder
    with ExitStack() as locks:
        runs = []
        for one in case_folders(folder):
            lock = locks.enter_context(locked(one))
            plan = read(one / "plan.json", Plan)
            require_unchanged(one, plan, is_here)
            runs.append(HeldRun(one, plan, interpreters_of(one, is_here), lock))
        yield runs


def interpreters_of(folder: Path, is_here: bool = True) -> Interpreters:
    """Those of the run in ``folder``, each found ``is_here``. Raises BadInput."""
    path = folder / "interpreters.json"  # no part of the plan, which may be published
    found = read(path, Interpreters) if path.exists() else Interpreters()
    for python in found.paths.values() if is_here else ():
        executable(python)
    return found


def resume_command(folder: Path) -> str:
    """The command that goes on with the run in ``folder``."""
    return f"autograd-bench run --resume {shlex.quote(str(folder))}"


def outcomes(run: Run) -> list[tuple[Arm, str]]:
    """Each arm with the gravest status of its processes; ``missing``: some are not there yet."""
    found = []
    for arm in run.plan.arms:
        seen = [process.status for process in run.by_arm.get(arm.index, ())]
        n_planned = sum(arm.index in block for block in run.plan.blocks)
        gravest: str = min(seen, key=STATUSES.index, default="ok")
        if len(seen) < n_planned and gravest in ("unavailable", "unsupported", "ok"):
            gravest = "missing"
        found.append((arm, gravest))
    return found
