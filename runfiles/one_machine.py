"""A block is of one machine: its ratios are of arms that met the same one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runfiles.errors import BadRun
from runfiles.run import Run


def require_one_machine(run: Run) -> None:
    """Raise BadRun where a block, of whatever cases, has files of two machines.

    What older runs have, which name none, is not compared.
    """
    first: dict[int, tuple[Path, str]] = {}
    for block, path, machine in measured_on(run):
        other, same = first.setdefault(block, (path, machine))
        if machine != same:
            raise BadRun(
                f"{other} and {path} of block {block} are of different machines ({same} and "
                f"{machine}); expected one machine a block. Delete the files of that block, or "
                "those of one machine and resume the run on the other."
            )


def measured_on(run: Run) -> Iterator[tuple[int, Path, str]]:
    """Block, file and machine of all that was measured and says where."""
    for case in run.cases:
        for folder, records in (("raw", case.processes), ("ceilings", case.ceilings)):
            for record in records:
                if record.machine is not None:
                    yield record.block, case.folder / folder / record.file, record.machine
