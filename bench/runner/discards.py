"""Discards: blocks that the machine disturbed, set aside whole and measured again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runfiles.records import Discard, Process
from runfiles.store import read, write

# Shares of a phase's time that may go to others before the phase counts as disturbed
TOLERATED = {"steal_share": 0.02, "throttled_share": 0.02, "lost_share": 0.05}


@dataclass(frozen=True)
class Discards:
    """The discarded blocks of a run, at most ``allowed`` of them."""

    folder: Path  # of the run
    allowed: int

    def discard_if_disturbed(self, block: int) -> bool:
        """Whether ``block`` was disturbed and is now set aside; never more than allowed."""
        used = len(self.notes())
        files = sorted((self.folder / "raw").glob(f"{block:03d}-*.json"))
        found = [
            f"{path.stem} {text}" for path in files for text in disturbances(read(path, Process))
        ]
        if not found or used >= self.allowed:
            return False
        names = tuple(path.name for path in files)
        note = Discard(number=used, block=block, reasons=tuple(found), files=names)
        write(self.folder / "discarded" / note.file, note)
        self.finish()
        return True

    def finish(self) -> None:
        """Move what the notes name; a command killed halfway is finished by the next one."""
        for note in self.notes():
            aside = note.with_suffix("")
            aside.mkdir(exist_ok=True)
            for name in read(note, Discard).files:
                if (self.folder / "raw" / name).exists() and not (aside / name).exists():
                    (self.folder / "raw" / name).rename(aside / name)

    def notes(self) -> list[Path]:
        """The note of each discard so far, in order."""
        return sorted((self.folder / "discarded").glob("[0-9]*.json"))


def disturbances_of(noise: Mapping[str, float | None]) -> list[str] | None:
    """What disturbed a phase, by counters alone, never by its times; None where none is told."""
    told = {key: share for key in TOLERATED if (share := noise.get(key)) is not None}
    found = [
        f"{key} {share:.2f} above {TOLERATED[key]}"
        for key, share in told.items()
        if share > TOLERATED[key]
    ]
    return found if told else None


def disturbances(record: Process) -> list[str]:
    """What disturbed the phases of a process."""
    return [
        f"{name}: {text}"
        for name, series in record.phases.items()
        for text in series.noise.disturbances or ()
    ]
