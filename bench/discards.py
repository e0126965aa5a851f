"""Discards: blocks that the machine disturbed, set aside whole and measured again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.noise import disturbances
from bench.record import DISCARD, RAW, read_json, write_json


@dataclass(frozen=True)
class Discards:
    """The discarded blocks of a run, at most ``allowed`` of them."""

    folder: Path  # of the run
    allowed: int

    def take(self, block: int) -> bool:
        """Whether ``block`` was disturbed and is now set aside; never more than allowed."""
        used = len(self.notes())
        files = sorted((self.folder / "raw").glob(f"{block:03d}-*.json"))
        found = [
            f"{path.stem} {text}" for path in files for text in disturbances(read_json(path, RAW))
        ]
        if not found or used >= self.allowed:
            return False
        note = self.folder / "discarded" / f"{used:03d}.json"
        names = [path.name for path in files]
        write_json(note, {**DISCARD, "block": block, "reasons": found, "files": names})
        self.finish()
        return True

    def finish(self) -> None:
        """Move what the notes name; a command killed halfway is finished by the next one."""
        for note in self.notes():
            aside = note.with_suffix("")
            aside.mkdir(exist_ok=True)
            for name in read_json(note, DISCARD)["files"]:
                if (self.folder / "raw" / name).exists() and not (aside / name).exists():
                    (self.folder / "raw" / name).rename(aside / name)

    def notes(self) -> list[Path]:
        """The note of each discard so far, in order."""
        return sorted((self.folder / "discarded").glob("[0-9]*.json"))
