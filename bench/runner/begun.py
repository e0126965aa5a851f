"""Begun blocks: what is there of a block in all cases of a run, and which machine measured it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backends.errors import BadInput
from bench.identity import machine_identity
from bench.runner.raw import stored
from bench.runner.run_folder import HeldRun
from runfiles.errors import BadRun
from runfiles.records import Ceilings, Process
from runfiles.store import read


@dataclass(frozen=True)
class Begun:
    """One block in all cases: what one machine has to measure."""

    number: int
    files: tuple[Path, ...]  # that are there and of use
    is_whole: bool
    machines: frozenset[str]  # that measured what is there; older files do not tell

    @property
    def is_partial(self) -> bool:
        """Whether something of it is there, and not all."""
        return bool(self.files) and not self.is_whole


def blocks_of(runs: Sequence[HeldRun]) -> list[Begun]:
    """Every block that some case of the run has, in order."""
    return [begun(runs, number) for number in range(max(len(one.plan.blocks) for one in runs))]


def begun(runs: Sequence[HeldRun], number: int) -> Begun:
    """What is there of one block."""
    found = [
        pair
        for one in runs
        if number < len(one.plan.blocks)
        for pair in (*raw_of(one, number), ceilings_of(one, number))
    ]
    there = {path: record for path, record in found if record is not None}
    machines = frozenset(one.machine for one in there.values() if one.machine is not None)
    return Begun(number, tuple(there), len(there) == len(found), machines)


def raw_of(run: HeldRun, number: int) -> Iterator[tuple[Path, Process | None]]:
    """Where each record of a block lies, and what stands there."""
    for arm in run.plan.blocks[number]:
        path = run.folder / "raw" / f"{number:03d}-{arm:02d}.json"
        yield path, stored(path, run.plan.arms[arm], run.plan.problem.trained)


def ceilings_of(run: HeldRun, number: int) -> tuple[Path, Ceilings | None]:
    """Where the ceilings of a block lie, and what stands there."""
    path = run.folder / "ceilings" / f"{number:03d}.json"
    with suppress(BadRun):
        return path, read(path, Ceilings)
    return path, None


def require_begun_here(runs: Sequence[HeldRun]) -> None:
    """Raise BadInput where a block that this machine would end was begun on another one."""
    for block in blocks_of(runs):
        if block.is_partial and block.machines - {machine_identity()}:
            raise BadInput(f"{begun_elsewhere(block)} It is then measured whole, here.")


def begun_elsewhere(block: Begun) -> str:
    """That a block waits for its machine, and what can be done without that."""
    return (
        f"block {block.number + 1} was begun on another machine ({block.files[0]}) and is not "
        f"whole; expected one machine a block. Resume the run there, or delete the block's "
        f"{len(block.files)} files in raw and ceilings and resume it."
    )
