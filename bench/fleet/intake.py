"""The intake: what a machine answers, taken into the run's folder whole or not at all.

An answer is laid beside the run first. There it is judged, and a name that it gets in one step
says that it is whole: from then on it is the block, and a command that was killed while it moved
the files is finished by the next one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from bench.runner.begun import begun, ceilings_of, raw_of
from bench.runner.discards import Discards
from bench.runner.run_folder import HeldRun
from runfiles.errors import BadRun
from runfiles.records import Discard
from runfiles.store import read, unwritable, write

NAME = ".incoming"
PART = ".part"  # ends the name of what may be less than an answer
NOTE = r"discarded/\d{3,9}\.json"
OWN = r"(?:raw|ceilings|logs|discarded/\d{3,9})/%03d(?:-[\w-]{1,40})?\.(?:json|txt)"  # of a block


class Unusable(Exception):
    """An answer is not what was asked for."""


@dataclass(frozen=True)
class Intake:
    """Takes the answers of machines into the folders of a run."""

    runs: Sequence[HeldRun]
    sources: str  # of the suite that measures

    @property
    def folder(self) -> Path:
        """The run's own."""
        return self.runs[0].folder

    def finish(self) -> None:
        """Move into the run what a command that was killed has left whole."""
        for path in sorted((self.folder / NAME).glob("*")):
            if path.name.endswith(PART):
                shutil.rmtree(path, ignore_errors=True)
            else:
                self.move(path)

    def take(self, block: int, files: Mapping[str, str], machine: str) -> None:
        """Write the ``files`` that ``machine`` measured of a block, where none are yet.

        Raises Unusable where they are not the block, BadRun where they cannot be written.
        """
        whole = self.folder / NAME / f"{block:03d}"
        part = whole.with_name(whole.name + PART)
        shutil.rmtree(part, ignore_errors=True)
        try:
            for name, text in files.items():
                self.lay(part / self.required(name, block), text)
            self.require_block(part, block, machine)
            part.rename(whole)
        except OSError as error:
            raise BadRun(unwritable(part, error)) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        self.move(whole)

    def lay(self, path: Path, text: str) -> None:
        """Write ``text`` so that it is on the disk, and this user's alone as all of a run is."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def required(self, name: str, block: int) -> str:
        """``name``, where it is that of a file which the block leaves. Raises Unusable."""
        file = re.compile(f"{NOTE}|{OWN % block}")
        if not any(file.fullmatch(name.removeprefix(case)) for case in self.cases.values()):
            raise Unusable(f"it has a file {name[:100]!r}; expected those of a block")
        return name

    @property
    def cases(self) -> dict[Path, str]:
        """What the names of files begin with, by the folder of their case."""
        return {run.folder: prefix_of(run, self.folder) for run in self.runs}

    def require_block(self, part: Path, block: int, machine: str) -> None:
        """Raise Unusable unless ``part`` holds the whole block as ``machine`` measured it."""
        laid = [placed(run, part / self.cases[run.folder]) for run in self.runs]
        if not begun(laid, block).is_whole:
            raise Unusable("files of it are lacking or of no use")
        for run in (run for run in laid if block < len(run.plan.blocks)):
            for position, (path, record) in enumerate(raw_of(run, block)):
                assert record is not None
                of = (record.file, record.block, record.position, record.sources, record.machine)
                require_same(path, of, (path.name, block, position, self.sources, machine))
            path, ceilings = ceilings_of(run, block)
            assert ceilings is not None
            require_same(path, (ceilings.file, ceilings.machine), (path.name, machine))
            for path in (run.folder / "discarded").glob("*.json"):
                require_discard(path, block)

    def move(self, whole: Path) -> None:
        """Move the files of a whole block to where none of use is, discarded ones first."""
        for folder, prefix in self.cases.items():
            for note in sorted((whole / prefix / "discarded").glob("[0-9]*.json")):
                move_discard(note, folder)
        there = begun(self.runs, int(whole.name)).files
        for folder, prefix in self.cases.items():
            for path in moving(whole / prefix):
                final = folder / path.relative_to(whole / prefix)
                final.parent.mkdir(exist_ok=True)
                if final not in there:
                    path.rename(final)
        shutil.rmtree(whole)
        with suppress(OSError):  # another answer is in it
            whole.parent.rmdir()


def require_same(path: Path, got: tuple[object, ...], expected: tuple[object, ...]) -> None:
    """Raise Unusable where what the file at ``path`` says of itself is not as ``expected``."""
    if got != expected:
        raise Unusable(f"{path.name} says that it is of {got}; expected {expected}")


def require_discard(path: Path, block: int) -> None:
    """Raise Unusable where ``path`` is no note of that block's discard with all its files."""
    try:
        note = read(path, Discard)
    except BadRun as error:
        raise Unusable(str(error)) from error
    aside = {one.name for one in path.with_suffix("").glob("*")}
    require_same(path, (note.file, note.block, {*note.files}), (path.name, block, aside))


def placed(run: HeldRun, folder: Path) -> HeldRun:
    """``run`` as if it lay in ``folder``."""
    return HeldRun(folder, run.plan, run.interpreters, run.lock)


def prefix_of(run: HeldRun, folder: Path) -> str:
    """What leads from the run's own ``folder`` to that of its case ``run``."""
    name = run.folder.relative_to(folder).as_posix()
    return "" if name == "." else f"{name}/"


def moving(case: Path) -> Iterator[Path]:
    """The files of a block in one case, without what was discarded."""
    for name in ("logs", "raw", "ceilings"):
        yield from sorted((case / name).glob("*"))


def move_discard(note: Path, folder: Path) -> None:
    """Number a discard among those of the run in ``folder``, and move it there with its files.

    Each step is seen by the next one: what was moved is not moved again.
    """
    found = read(note, Discard)
    number = len(Discards(folder, 0).notes())
    aside, laid = folder / "discarded" / f"{number:03d}", note.with_suffix("")
    aside.parent.mkdir(exist_ok=True)
    if laid.exists():
        shutil.rmtree(aside, ignore_errors=True)
        laid.rename(aside)
    if aside.exists():
        for name in found.files:  # begun by an earlier command, and discarded with the rest
            (folder / "raw" / name).unlink(missing_ok=True)
        write(aside.with_suffix(".json"), structs.replace(found, number=number))
    note.unlink()
