"""The runner: one fresh process for each (block, arm) that has no result yet."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import structs

from backends import registry
from backends.errors import BadInput
from bench.identity import machine_identity
from bench.runner import allow_list
from bench.runner.discards import Discards
from bench.runner.giving_up import given_up
from bench.runner.log import killed, last_words
from bench.runner.plan import profile_in
from bench.runner.raw import answer, failure, scrubbed, stored
from bench.runner.suite import ROOT, Suite, sources
from bench.runner.supervisor import Ended, Supervisor, kill_marked
from runfiles.records import Arm, Ceilings, Limits, Plan, Process
from runfiles.statuses import LOGGED, Status
from runfiles.store import headed, require_room, write

OF_PYTEST = range(1, 6)  # exit codes that speak of the suite, not of the interpreter


@dataclass
class Runner:
    """Runs a plan in its folder; ``interpreters`` maps labels of the plan to executables."""

    folder: Path
    plan: Plan
    interpreters: Mapping[str, str] = field(default_factory=dict)
    started: Callable[[int, int], None] = lambda block, position: None  # told of each process
    supervisor: Supervisor = field(default_factory=Supervisor)
    require_held: Callable[[], None] = lambda: None  # raises where the folder is another's by now
    suite: Suite = field(default_factory=Suite)
    machine: str = field(default_factory=machine_identity)
    sources: str = field(default_factory=sources)

    def clear_leftovers(self) -> None:
        """Clear away what a command that was itself killed has left."""
        kill_marked(self.token)
        for left in (self.folder / "raw").glob(".*"):
            left.unlink(missing_ok=True)
        self.discards.finish()

    @property
    def discards(self) -> Discards:
        return Discards(self.folder, profile_in(self.plan).max_discards)

    def run_whole_block(self, block: int) -> None:
        """Start what a block lacks, again while it was disturbed and may be, then its ceilings.

        Raises BadInput where nothing can be written.
        """
        self.run_block(block)
        while self.discards.discard_if_disturbed(block):
            self.run_block(block)
        self.measure_ceilings(block)

    def run_block(self, block: int) -> None:
        """Start the processes of one block that have no result yet, in the block's order."""
        for position, arm in enumerate(self.plan.blocks[block]):
            path = self.raw_path(block, arm)
            if stored(path, self.plan.arms[arm], self.plan.problem.trained) is None:
                self.require_held()
                self.started(block, position)
                record = self.given_up(block, arm) or self.measured(block, position, arm)
                self.require_held()
                write(path, self.told_of(record, block, position, arm))

    def told_of(self, record: Process, block: int, position: int, arm: int) -> Process:
        """``record`` with its place in the run, its machine, and what was kept from it."""
        kept = self.plan.kept_variables
        dropped = allow_list.dropped_switches(os.environ, kept)
        own = {"dropped_switches": dropped, "kept_variables": kept}
        return structs.replace(
            record,
            block=block,
            position=position,
            arm=arm,
            machine=self.machine,
            sources=self.sources,
            facts=record.facts | own,
        )

    @property
    def token(self) -> str:
        """Marks every process of this run, so that none outlives it unnoticed."""
        return hashlib.sha256(
            os.fsencode(f"{self.folder.resolve()} {self.plan.created}")
        ).hexdigest()

    def raw_path(self, block: int, arm: int) -> Path:
        return self.folder / "raw" / f"{block:03d}-{arm:02d}.json"

    def measure(self, block: int, position: int, arm: int) -> Process:
        """The record of one fresh process, or of how it failed, as it may be published.

        Raises BadRun on a full disk.
        """
        planned, place = self.plan.arms[arm], {"block": block, "position": position, "arm": arm}
        scratch = self.folder / "raw" / f".{block:03d}-{arm:02d}.json"
        scratch.parent.mkdir(exist_ok=True)
        scratch.unlink(missing_ok=True)
        log = self.folder / log_of(block, arm)
        ended = Ended("crashed", "", 0)
        try:
            try:
                self.start(self.command(planned, scratch), log, f"{block} {arm}")
            except Ended as error:
                ended = error
            record = answer(scratch, planned, place, self.clean, self.plan.problem.trained)
            if isinstance(record, Process):
                if ended.code == 0 or record.status != "ok":
                    return record
                if ended.code not in OF_PYTEST:
                    return remarked(record, ended, log)
        finally:
            scratch.unlink(missing_ok=True)
        require_room(self.folder)
        reason = record if isinstance(record, str) else self.reason(ended, planned, log)
        return failure(planned, place, ended.status, self.clean(reason))

    def measured(self, block: int, position: int, arm: int) -> Process:
        """The record of one fresh process; a failure's reason says where its log is."""
        record = self.measure(block, position, arm)
        if record.status not in LOGGED:
            return record
        return structs.replace(record, reason=f"{record.reason}; log: {log_of(block, arm)}")

    def reason(self, ended: Ended, arm: Arm, log: Path) -> str:
        """Why a process left no record: what ended it and where, or what it said last."""
        if not ended.reason:
            return last_words(log)
        if ended.status != "crashed":
            return ended.reason
        return killed(ended.reason, log, registry.find(arm.backend).target.partition(":")[0])

    def measure_ceilings(self, block: int) -> None:
        """What the machine can do at best, in a fresh process of this block; written once."""
        path = self.folder / "ceilings" / f"{block:03d}.json"
        if path.exists():
            return
        self.require_held()
        path.parent.mkdir(exist_ok=True)
        scratch = path.with_name(f".{path.name}")
        log = self.folder / "logs" / f"ceilings-{path.stem}.txt"
        problem, out = (self.folder / "problem").absolute(), scratch.absolute()
        what = [f"--problem={problem}", f"--threads={self.plan.threads}", f"--out={out}"]
        command = self.suite.command(None, "bench.worker.ceilings", what)
        try:
            self.start(command, log, f"{block}")
            found = self.clean(json.loads(scratch.read_text()))
            record = headed(found | {"block": block, "machine": self.machine}, Ceilings)
        except (Ended, OSError, ValueError, TypeError) as error:
            require_room(self.folder)
            status: Status = error.status if isinstance(error, Ended) else "crashed"
            reason = self.clean(str(error) or last_words(log))
            record = Ceilings(block=block, machine=self.machine, status=status, reason=reason)
        finally:
            scratch.unlink(missing_ok=True)
        write(path, record)

    def command(self, arm: Arm, raw: Path) -> list[str]:
        """The command line of one process: the plain suite, with a place for its record."""
        what = [] if self.plan.phases else ["-k", "test_checks"]
        phases = [f"--phase={phase}" for phase in self.plan.phases]
        words = [
            *what,
            *("--benchmark-quiet", "--capture=no"),  # all into the log
            f"--backend={arm.backend}",
            f"--device={arm.device}",
            f"--dtype={arm.dtype}",
            f"--threads={self.plan.threads}",
            f"--rounds={profile_in(self.plan).rounds}",
            f"--problem={(self.folder / 'problem').absolute()}",
            f"--raw={raw.absolute()}",
            *phases,
        ]
        return self.suite.pytest(self.interpreter(arm), words)

    def start(self, command: Sequence[str], log: Path, which: str) -> None:
        """Run ``command`` in the environment and the limits of the plan. Raises Ended."""
        environment = allow_list.passed(os.environ, self.plan.kept_variables)
        limits = self.plan.limits or Limits()
        self.supervisor.run(command, environment, log, limits, f"{self.token} {which}")

    def clean(self, told: Any) -> Any:
        """What a process told, as it may be published."""
        packages, folder = self.suite.packages, self.folder.absolute()
        return scrubbed(told, {folder: "run", ROOT: "suite", packages: "suite"})

    def interpreter(self, arm: Arm) -> str | None:
        """The executable that runs ``arm``, None for the command's own.

        Raises BadInput where its label stands for none.
        """
        if arm.python is None:
            return None
        if arm.python not in self.interpreters:
            raise BadInput(
                f"arm {arm.name!r}: interpreters.json has no {arm.python!r}. Restore the file, or "
                "start a new run."
            )
        return self.interpreters[arm.python]

    def given_up(self, block: int, arm: int) -> Process | None:
        """The last record of an arm that need not be tried again, marked a copy, else None."""
        return given_up(self.folder, self.plan, block, arm)


def log_of(block: int, arm: int) -> str:
    """Where, in the folder of a run, the log of one process is."""
    return f"logs/{block:03d}-{arm:02d}.txt"


def remarked(record: Process, ended: Ended, log: Path) -> Process:
    """An ok record that was whole before its process came to a bad end, which is noted in it."""
    how = ended.reason or f"ended with exit code {ended.code}"
    remark = f"{how}, after all was measured, checked and written ({log.parent.name}/{log.name})"
    return structs.replace(record, facts=record.facts | {"bad_end": remark})
