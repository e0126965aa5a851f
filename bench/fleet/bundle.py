"""The bundle: what a machine needs of a run to measure its blocks, as bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.identity import machine_identity
from bench.runner.run_folder import HeldRun

PLANS = ("plan.json", "interpreters.json", "code.json")
PIECE_BYTES = 4 * 2**20  # Dask warns of a task with more than ten megabytes


@dataclass(frozen=True)
class Bundle:
    """The files of every case that travel, by their paths within the run's folder.

    The problem goes as its arrays, not as its spec: other BLAS builds make other bits of it.
    """

    folder: Path  # of the run
    files: tuple[str, ...]
    created: str

    @cached_property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file."""
        return {name: digest_of(self.folder / name) for name in self.files}

    @property
    def run(self) -> str:
        """What tells this run from all others, on whatever machine."""
        told = f"{machine_identity()} {self.folder.resolve()} {self.created}"
        return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()[:16]

    def pieces(self, name: str) -> Iterator[tuple[int, bytes]]:
        """The file called ``name``, in pieces with their places in it; an empty file has one."""
        with (self.folder / name).open("rb") as file:
            place, piece = 0, file.read(PIECE_BYTES)
            while piece or not place:
                yield place, piece
                place += max(len(piece), 1)
                piece = file.read(PIECE_BYTES)


def bundle_of(runs: Sequence[HeldRun]) -> Bundle:
    """What travels of a run with its cases, the first of which is the run itself."""
    folder = runs[0].folder
    found = [path for one in runs for path in travelling(one.folder)]
    names = tuple(path.relative_to(folder).as_posix() for path in found)
    return Bundle(folder, names, runs[0].plan.created)


def travelling(folder: Path) -> list[Path]:
    """The files of one case that travel."""
    plans = [folder / name for name in PLANS]
    problem = sorted((folder / "problem").rglob("*"))
    return [path for path in (*plans, *problem) if path.is_file()]


def digest_of(path: Path) -> str:
    """The SHA-256 of the file at ``path``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
