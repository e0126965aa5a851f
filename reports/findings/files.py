"""The files that cells.json was made from, and those that were set aside."""

from __future__ import annotations

from typing import Annotated

from reports.findings.case import Case
from reports.findings.document import Part, means
from reports.findings.terms import FileNames, Index


class Files(Part, frozen=True, eq=False):
    """The files that the numbers come from."""

    raw: FileNames
    """One file a process, in raw/."""
    ceilings: FileNames
    """One file a block in which the machine's ceilings were measured, in ceilings/."""
    discarded: FileNames
    """One note a block that was set aside, as a path in the run's folder."""


class Discard(Part, frozen=True, eq=False):
    """A block that was disturbed and measured again."""

    file: str
    """Name of its note in discarded/."""
    block: Index
    reasons: tuple[Annotated[str, means("A reason.")], ...]
    """Why, by the kernel's counters."""
    files: FileNames
    """Raw files that were set aside."""


def files_of(case: Case) -> Files:
    """The files that the numbers come from."""
    return Files(
        raw=tuple(process.file for process in case.run.processes),
        ceilings=tuple(one.file for one in case.run.ceilings),
        discarded=tuple(f"discarded/{discard.file}" for discard in case.run.discards),
    )
