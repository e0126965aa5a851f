"""What a machine answers becomes the block whole, once, or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.fleet.intake import Intake, Unusable
from bench.runner.run_folder import HeldRun, resumed
from bench.runner.suite import sources
from runfiles.errors import BadRun
from runfiles.load import load_run
from runfiles.records import Ceilings, Discard, Process
from runfiles.store import headed, write
from tests.fleet.sham_run import N_ARMS, make_sham_run

MACHINE = "0123456789abcdef"


class Killed(BaseException):
    """Ends a command as a signal would, at that very step."""


@dataclass(frozen=True)
class Answered:
    """A run that has nothing yet, and what a machine answered for its first block."""

    runs: list[HeldRun]
    files: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.runs[0].folder

    def take(self, **changed: str | None) -> None:
        """Take the answer in, with some of its files ``changed`` or left out."""
        files = {**self.files, **{name: text for name, text in changed.items() if text}}
        for name in (name for name, text in changed.items() if text is None):
            del files[name]
        Intake(self.runs, sources()).take(0, files, MACHINE)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has nothing yet."""
    return make_sham_run(tmp_path_factory.mktemp("planned"), n_blocks=2).folder


@pytest.fixture
def answered(planned: Path, tmp_path: Path) -> Iterator[Answered]:
    folder = Path(shutil.copytree(planned, tmp_path / "run"))
    told = json.loads((folder / "problem" / "sham.json").read_text())["record"]
    with resumed(folder, is_here=False) as runs:
        plan, files = runs[0].plan, {}
        for position, arm in enumerate(plan.blocks[0]):
            own = {"backend": "numpy", "device": "cpu", "dtype": "float32", "facts": {}}
            place = {"block": 0, "position": position, "arm": arm}
            where = {"machine": MACHINE, "sources": sources()}
            record = headed({**told, **own, **place, **where}, Process)
            files[f"raw/{record.file}"] = written(tmp_path / "one.json", record)
        ceilings = Ceilings(block=0, status="refused", machine=MACHINE)
        files["ceilings/000.json"] = written(tmp_path / "one.json", ceilings)
        yield Answered(runs, files)


def written(path: Path, record: Any) -> str:
    """The text of a record's file."""
    write(path, record)
    return path.read_text()


def texts(folder: Path) -> dict[str, str]:
    """All that a run has measured."""
    found = [path for name in ("raw", "ceilings") for path in (folder / name).glob("*")]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_whole_answer_is_the_block_as_it_was_written_there(answered: Answered) -> None:
    answered.take()
    assert texts(answered.folder) == answered.files
    assert not (answered.folder / ".incoming").exists()
    assert {one.machine for one in load_run(answered.folder).processes} == {MACHINE}


def altered(**keys: Any) -> Callable[[str], str]:
    """What makes of a record's text one with other ``keys``."""
    return lambda text: json.dumps({**json.loads(text), **keys})


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: None,
        lambda text: text[:-20],
        altered(machine="fedcba9876543210"),
        altered(machine=None),
        altered(sources="fedcba9876543210"),
        altered(block=1),
        altered(position=N_ARMS),
        altered(arm=N_ARMS),
        altered(backend="torch"),
        altered(checks=[]),
        altered(status="fine"),
    ],
)
def test_an_answer_that_is_not_the_block_leaves_nothing(
    alter: Callable[[str], str | None], answered: Answered
) -> None:
    name = "raw/000-02.json"
    with pytest.raises(Unusable):
        answered.take(**{name: alter(answered.files[name])})
    assert texts(answered.folder) == {}
    assert not list((answered.folder / ".incoming").glob("*"))


@pytest.mark.parametrize(
    "name",
    [
        *("plan.json", "raw/../plan.json", "../x.json", "/tmp/x.json", "report/index.html"),
        *("raw/.000-00.json", "raw/000-00.json.exe", "sizes/none/raw/000-00.json", "raw/a/b.json"),
        *("discarded/../../plan.json", "raw\\000-00.json", ""),
        *("raw/001-00.json", "ceilings/001.json", "logs/001-00.txt", "raw/0001-00.json"),
        "discarded/000/001-00.json",
    ],
)
def test_no_name_of_an_answer_leads_elsewhere(name: str, answered: Answered) -> None:
    with pytest.raises(Unusable, match="it has a file"):
        answered.take(**{name: "{}"})
    assert texts(answered.folder) == {}


def test_the_first_whole_answer_stands(answered: Answered) -> None:
    answered.take()
    name = "raw/000-01.json"
    answered.take(**{name: altered(facts={"again": 1})(answered.files[name])})
    assert texts(answered.folder) == answered.files


def test_what_is_there_and_of_no_use_is_replaced(answered: Answered) -> None:
    path = answered.folder / "raw" / "000-01.json"
    path.parent.mkdir()
    path.write_text("{")
    answered.take()
    assert texts(answered.folder) == answered.files


def test_a_full_disk_leaves_nothing_of_an_answer(
    answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bench.fleet.intake.os.fsync", full)
    with pytest.raises(BadRun, match=r"cannot write .*No space left on device"):
        answered.take()
    assert texts(answered.folder) == {}
    assert not list((answered.folder / ".incoming").glob("*"))


def with_discard(answered: Answered) -> dict[str, str]:
    """The answer with a block that was disturbed and set aside before."""
    names = tuple(f"000-{arm:02d}.json" for arm in range(N_ARMS))
    note = Discard(number=0, block=0, reasons=("steal",), files=names)
    text = written(answered.folder.parent / "note.json", note)
    aside = {
        f"discarded/000/{name}": altered(facts={"aside": 1})(answered.files[f"raw/{name}"])
        for name in names
    }
    return {"discarded/000.json": text, **aside}


@pytest.mark.parametrize(
    "changed",
    [
        {"discarded/000.json": "{}"},
        {"discarded/000/000-01.json": None},
        {"discarded/000/001-01.json": "{}"},
        {"ceilings/000.json": None},
    ],
)
def test_an_answer_with_half_a_discard_or_without_ceilings_leaves_nothing(
    changed: dict[str, str | None], answered: Answered
) -> None:
    files: dict[str, str | None] = {**with_discard(answered), **changed}
    for name in [name for name, text in files.items() if text is None]:
        answered.files.pop(name, None)
        del files[name]
    with pytest.raises(Unusable):
        answered.take(**files)
    assert not (answered.folder / "discarded").exists()


@pytest.mark.parametrize("n_steps", range(9))
def test_a_command_killed_while_it_moves_an_answer_is_finished_by_the_next(
    n_steps: int, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each renaming is such a moment. An earlier discard has the first number."""
    folder, extra = answered.folder, with_discard(answered)
    earlier = Discard(number=0, block=1, reasons=("steal",), files=())
    write(folder / "discarded" / "000.json", earlier)
    begun = folder / "raw" / "000-03.json"  # by an earlier command, and then discarded
    begun.parent.mkdir()
    begun.write_text(extra["discarded/000/000-03.json"])
    left, rename = [n_steps], Path.rename

    def counted(path: Path, target: Path) -> Path:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", counted)
        with suppress(Killed):
            answered.take(**extra)
    whole = n_steps > 0  # the first renaming says that all of it is there
    Intake(answered.runs, sources()).finish()
    assert not list((folder / ".incoming").glob("*"))
    if not whole:
        answered.take(**extra)
    assert texts(folder) == answered.files
    found = load_run(folder)
    assert [(one.number, one.block) for one in found.discards] == [(0, 1), (1, 0)]
    aside = {path.name for path in (folder / "discarded" / "001").iterdir()}
    assert aside == set(found.discards[1].files)


def test_a_block_that_is_laid_down_half_is_thrown_away(answered: Answered) -> None:
    part = answered.folder / ".incoming" / "000.part"
    part.mkdir(parents=True)
    shutil.copy(answered.folder / "plan.json", part / "x.json")
    Intake(answered.runs, sources()).finish()
    assert not part.exists()
