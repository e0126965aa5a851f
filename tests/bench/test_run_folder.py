"""A run's folder is one command's: made, locked and only then written, by whatever name."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backends.errors import BadInput
from bench.command.exits import Exit, exit_for
from bench.runner import request, run_folder
from bench.runner.lock import locked
from bench.runner.plan import PROFILES
from bench.runner.request import RunRequest, create_run, make_plan
from bench.runner.run_folder import claimed, outcomes, resumed
from bench.runner.sizes import run_in_turn, specs_of
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from runfiles.load import load_run, size_folders
from runfiles.records import Interpreters, Limits, Plan, Process, Record
from runfiles.store import read, write
from tests.bench.test_cli import ROOT, command
from tests.nightly import nightly

SMALL = ProblemSpec(n_examples=40, epochs=1)
ASKED = RunRequest(PROFILES["quick"], Limits(), backends=("numpy",), phases=("epoch",))
BUSY = "is being measured by another command"
STEPS = ("made", "names_in", "locked", "write_files")  # of a claim
N_STEPS = 5  # it looks into the folder before it is locked, and again afterwards


class Turns:
    """Lets threads take their steps in a given order; who has ended needs no more turns."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self.order, self.changed = list(order), threading.Condition()
        self.holds: set[int] = set()

    def step(self, who: int) -> None:
        with self.changed:
            self.release(who)
            assert self.changed.wait_for(lambda: not self.order or self.order[0] == who, 10)
            self.holds.add(who)

    def release(self, who: int) -> None:
        if who in self.holds and self.order:
            self.order.pop(0)
        self.holds.discard(who)
        self.changed.notify_all()

    def end(self, who: int) -> None:
        with self.changed:
            self.order = [other for other in self.order if other != who]
            self.holds.discard(who)
            self.changed.notify_all()


def in_turns(turns: Turns, real: Callable[..., Any]) -> Callable[..., Any]:
    """``real``, begun only when it is the turn of the thread that calls it."""

    def step(*words: Any) -> Any:
        turns.step(int(threading.current_thread().name))
        return real(*words)

    return step


def small_plan() -> Plan:
    return make_plan(ASKED, ASKED.planned(), Case(make_problem(SMALL)))


def interleavings() -> Iterator[tuple[int, ...]]:
    """Every order in which two commands can take their steps."""
    for places in itertools.combinations(range(2 * N_STEPS), N_STEPS):
        yield tuple(int(place in places) for place in range(2 * N_STEPS))


def test_of_two_commands_in_one_folder_one_measures_its_own_plan_whatever_the_interleaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, problem = small_plan(), make_problem(SMALL)
    steps = {name: getattr(run_folder, name) for name in STEPS}
    for order in interleavings():
        out, turns = tmp_path / "".join(map(str, order)), Turns(order)
        for name, real in steps.items():
            monkeypatch.setattr(run_folder, name, in_turns(turns, real))
        told = [Claim(out, structs.replace(plan, created=f"by {me}"), problem) for me in range(2)]
        threads = [
            threading.Thread(target=claim.take_part, args=[turns], name=str(me))
            for me, claim in enumerate(told)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        (refused,) = [claim.refusal for claim in told if claim.refusal]
        assert BUSY in refused or "already holds a run" in refused, order
        (won,) = [claim for claim in told if not claim.refusal]
        assert won.found == won.plan == read(out / "plan.json", Plan)


@dataclass
class Claim:
    """A command that lays ``plan`` down in ``out``; what it found there, or why it was refused."""

    out: Path
    plan: Plan
    problem: Problem
    found: Plan | None = None
    refusal: str = ""

    def take_part(self, turns: Turns) -> None:
        try:
            with claimed(self.out):
                run_folder.write_files(self.out, self.plan, self.problem, Interpreters())
                self.found = read(self.out / "plan.json", Plan)
        except BadInput as error:
            self.refusal = str(error)
        finally:
            turns.end(int(threading.current_thread().name))


@nightly
def test_of_two_commands_started_at_once_one_measures_and_one_exits_2(tmp_path: Path) -> None:
    words = ["run", "--quick", "--blocks", "1", "--backend", "numpy", "--phase", "epoch"]
    words += ["--out", str(tmp_path / "r")]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "bench", *words],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = {process.communicate()[1]: process.returncode for process in both}
    assert sorted(told.values()) == [0, 2], told
    refused = min(told, key=lambda text: told[text] != 2)
    assert BUSY in refused or "already holds a run" in refused  # a slow machine starts it later
    assert len(list((tmp_path / "r" / "raw").iterdir())) == 2


def test_runs_begun_in_the_same_second_get_a_folder_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "RESULTS", tmp_path / "results")
    now = datetime(2026, 3, 4, 5, 6, 7)
    barrier, found = threading.Barrier(8), []

    def take_part() -> None:
        barrier.wait()
        found.append(run_folder.new_folder(now).name)

    threads = [threading.Thread(target=take_part) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = ["20260304-050607", *(f"20260304-050607-{number}" for number in range(2, 9))]
    assert sorted(found) == sorted(expected)


def test_two_names_of_one_folder_have_one_lock(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with (
        claimed(tmp_path / "real"),
        pytest.raises(BadInput, match=BUSY),
        claimed(tmp_path / "link"),
    ):
        pass


def test_a_size_of_a_run_that_is_measured_is_not_measured_by_itself(tmp_path: Path) -> None:
    specs = specs_of(SMALL, [40], [2], [10, 20], 1000)
    with create_run(tmp_path / "r", specs, ASKED):
        for one in (tmp_path / "r", *size_folders(tmp_path / "r")):
            with pytest.raises(BadInput, match=BUSY), resumed(one):
                pass
    size = tmp_path / "r" / "sizes" / "n40-d2-b20"
    with resumed(size), pytest.raises(BadInput, match=BUSY), resumed(tmp_path / "r"):
        pass


def test_what_is_measured_is_the_plan_that_was_made_here(tmp_path: Path) -> None:
    with create_run(tmp_path / "r", [SMALL], ASKED) as (run,):
        assert run.plan == read(tmp_path / "r" / "plan.json", Plan)
        path = tmp_path / "r" / "plan.json"
        path.write_text(path.read_text().replace('"numpy"', '"torch"'), encoding="utf-8")
        assert {arm.backend for arm in run.plan.arms} == {"numpy"}


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EAGAIN, BUSY),
        (errno.EWOULDBLOCK, BUSY),
        (errno.ENOLCK, "No locks available. Expected a file system with locks; some network"),
        (errno.EOPNOTSUPP, "not supported. Expected a file system with locks; some network"),
        (errno.EPERM, "Operation not permitted. Expected a file system with locks: nothing"),
    ],
)
def test_busy_is_said_only_where_it_is(
    number: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("bench.runner.lock.fcntl.flock", refuse)
    with pytest.raises(BadInput) as caught, locked(tmp_path):
        pass
    assert told in str(caught.value)
    assert (BUSY in str(caught.value)) == (told == BUSY)


def test_a_process_that_outlives_its_command_does_not_keep_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with locked(tmp_path):
            assert child.poll() is None
    finally:
        child.kill()
        child.wait()


def test_a_run_whose_folder_was_replaced_writes_nothing_into_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with create_run(folder, [SMALL], ASKED) as runs:
        folder.rename(tmp_path / "moved")
        with create_run(folder, [SMALL], ASKED):
            before = sorted(folder.rglob("*"))
            with pytest.raises(BadInput, match="removed or replaced while this command held it"):
                run_in_turn(runs, lambda _: None)
            assert sorted(folder.rglob("*")) == before


def test_a_run_whose_folder_was_removed_does_not_make_it_again(tmp_path: Path) -> None:
    with create_run(tmp_path / "r", [SMALL], ASKED) as runs:
        (tmp_path / "r").rename(tmp_path / "moved")
        with pytest.raises(BadInput, match="removed or replaced"):
            run_in_turn(runs, lambda _: None)
        assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize(
    "failure",
    [KeyboardInterrupt(), BadInput("no"), OSError(errno.ENOSPC, "No space left on device")],
    ids=lambda error: type(error).__name__,
)
def test_a_run_that_could_not_be_begun_leaves_the_folder_as_it_was(
    failure: BaseException, is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "r"
    if is_there:
        folder.mkdir()

    def failing(path: Path, record: Record) -> None:
        if path == folder / "interpreters.json":  # of the run's own size, when others are written
            raise failure
        write(path, record)

    monkeypatch.setattr(run_folder, "write", failing)
    specs = specs_of(SMALL, [40], [2], [10, 20], 1000)
    with pytest.raises(type(failure)), create_run(folder, specs, ASKED):
        pass
    assert folder.exists() == is_there
    assert not list(tmp_path.glob("r/*"))


def test_a_command_killed_while_it_wrote_leaves_what_the_next_one_names(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    with claimed(tmp_path):  # locked, nothing written: as good as empty
        pass
    (tmp_path / ".lock").touch()
    (tmp_path / "problem").mkdir()
    with pytest.raises(BadInput, match="beginnings of a run without its plan"), claimed(tmp_path):
        pass


@pytest.mark.parametrize(
    ("out", "told"),
    [
        (".", "holds files; expected a new or empty folder"),
        ("a file", "is no folder; expected a new or empty folder"),
        ("a file/r", "cannot write"),
        ("a dangling link", "is no folder"),
        ("/proc/none/r", "cannot write /proc/none"),
        ("n" * 300, "File name too long"),
    ],
)
def test_a_folder_that_no_run_can_have_is_a_message_and_stays_as_it_is(
    out: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").touch()
    (tmp_path / "a dangling link").symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadInput, match=told), claimed(Path(out)):
        pass
    assert sorted(tmp_path.rglob("*")) == before


def test_results_may_be_a_file_and_then_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").touch()
    with pytest.raises(BadInput, match="cannot write results"), claimed(None):
        pass


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    for name in ("a b  c", "naïve 模型", "-x", "~y", "a\nb", "$HOME", "odd\udcff"):
        out = tmp_path / "deep" / "er" / name
        with create_run(out, [SMALL], ASKED) as (run,):
            assert run.folder == out
        with resumed(out):
            pass
    with create_run(Path(f"{tmp_path}/slash/"), [SMALL], ASKED) as (run,):
        assert run.folder == tmp_path / "slash"


def test_the_resume_command_is_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    with create_run(folder, [SMALL], ASKED):
        pass
    done = command("run", "--backend", "numpy", "--out", str(folder))
    assert done.returncode == 2
    assert f"autograd-bench run --resume '{folder}'" in done.stderr


def test_nothing_is_written_before_the_lock_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(lock: Any, *words: Any) -> Any:
        with pytest.raises(BadInput, match=BUSY), locked(lock.folder):
            pass
        return real(lock, *words)

    real = request.write_run
    monkeypatch.setattr(request, "write_run", held)
    with create_run(tmp_path / "r", specs_of(SMALL, [40], [2], [10, 20], 1000), ASKED) as runs:
        assert all((run.folder / "plan.json").exists() for run in runs)


def test_a_run_that_is_not_whole_is_incomplete(tmp_path: Path) -> None:
    """Also where every arm has a number: what was asked for is every block."""
    with create_run(tmp_path / "r", [SMALL], ASKED) as (run,):
        cells = [(block, arm) for block, arms in enumerate(run.plan.blocks) for arm in arms]
        records = [Process(block=block, position=0, arm=arm, status="ok") for block, arm in cells]
        for record in records[:-1]:
            write(run.folder / "raw" / record.file, record)
        assert exit_for(outcomes(load_run(run.folder))) == Exit.INCOMPLETE
        write(run.folder / "raw" / records[-1].file, records[-1])
        assert exit_for(outcomes(load_run(run.folder))) == Exit.COMPLETE
