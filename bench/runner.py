"""The runner: one fresh process for each (block, arm) that has no result yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backends import registry
from backends.errors import BadInput
from bench import allow_list
from bench.arms import PlannedArm
from bench.children import Ended, Nursery, kill_marked
from bench.crash import killed, last_words
from bench.discards import Discards
from bench.forecast import Stage
from bench.plan import Plan
from bench.raw import GIVE_UP_AFTER, LOGGED, failure, is_whole, read_raw, scrubbed
from bench.record import CEILINGS, read_json, require_room, write_json
from bench.suite import ROOT, Suite

OF_PYTEST = range(1, 6)  # exit codes that speak of the suite, not of the interpreter

Progress = Callable[[Stage], None]


@dataclass
class Runner:
    """Runs a plan in its folder; ``interpreters`` maps labels of the plan to executables."""

    folder: Path
    plan: Plan
    interpreters: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = lambda stage: None
    with_ceilings: bool = True
    nursery: Nursery = field(default_factory=Nursery)
    require_held: Callable[[], None] = lambda: None  # raises where the folder is another's by now
    suite: Suite = field(default_factory=Suite)

    def run(self) -> None:
        """Start what is missing, block by block. Raises BadInput where nothing can be written."""
        self.begin()
        for block in range(len(self.plan.blocks)):
            self.run_whole_block(block)

    def begin(self) -> None:
        """Clear away what a command that was itself killed has left."""
        kill_marked(self.token)
        for left in (self.folder / "raw").glob(".*"):
            left.unlink(missing_ok=True)
        self.discards.finish()

    @property
    def discards(self) -> Discards:
        return Discards(self.folder, self.plan.profile.max_discards)

    def run_whole_block(self, block: int) -> None:
        """Run one block, again while it was disturbed and that is allowed, then its ceilings."""
        self.run_block(block)
        while self.discards.take(block):
            self.run_block(block)
        if self.with_ceilings:
            self.measure_ceilings(block)

    def run_block(self, block: int) -> None:
        """Start the processes of one block that have no result yet, in the block's order."""
        for position, arm in enumerate(self.plan.blocks[block]):
            path = self.raw_path(block, arm)
            if not is_whole(path, self.plan.arms[arm]):
                self.require_held()
                self.progress(self.stage(block, position, arm))
                record = self.given_up(block, arm) or self.measured(block, position, arm)
                self.require_held()
                place = {"block": block, "position": position, "arm": arm}
                write_json(path, self.scrubbed(record | place | self.sealed(record)))

    def stage(self, block: int, position: int, arm: int) -> Stage:
        """That the process of ``arm`` starts, as far as the run has come."""
        n_blocks, n_arms = len(self.plan.blocks), len(self.plan.arms)
        done = block * n_arms + position
        return Stage(block, n_blocks, done, n_blocks * n_arms, self.plan.arms[arm].name)

    @property
    def token(self) -> str:
        """Marks every process of this run, so that none outlives it unnoticed."""
        return hashlib.sha256(
            os.fsencode(f"{self.folder.resolve()} {self.plan.created}")
        ).hexdigest()

    def raw_path(self, block: int, arm: int) -> Path:
        return self.folder / "raw" / f"{block:03d}-{arm:02d}.json"

    def measure(self, block: int, position: int, arm: int) -> dict[str, Any]:
        """The record of one fresh process, or of how it failed. Raises BadInput on a full disk."""
        planned = self.plan.arms[arm]
        scratch = self.folder / "raw" / f".{block:03d}-{arm:02d}.json"
        scratch.unlink(missing_ok=True)
        command = self.command(planned, scratch, (block, position, arm))
        log = self.folder / log_of(block, arm)
        token = f"{self.token} {block} {arm}"
        ended = Ended("crashed", "", 0)
        try:
            try:
                self.nursery.run(command, self.environment, log, self.plan.limits, token)
            except Ended as error:
                ended = error
            if is_whole(scratch, planned):
                record = read_raw(scratch, planned)
                if ended.code == 0 or record["status"] != "ok":
                    return record
                if ended.code not in OF_PYTEST:
                    return remarked(record, ended, log)
        finally:
            scratch.unlink(missing_ok=True)
        require_room(self.folder)
        return failure(planned, ended.status, self.reason(ended, planned, log))

    def measured(self, block: int, position: int, arm: int) -> dict[str, Any]:
        """The record of one fresh process; a failure's reason says where its log is."""
        record = self.measure(block, position, arm)
        if record["status"] in LOGGED:
            record["reason"] = f"{record['reason']}; log: {log_of(block, arm)}"
        return record

    def reason(self, ended: Ended, arm: PlannedArm, log: Path) -> str:
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
        scratch, log = (
            path.with_name(f".{path.name}"),
            self.folder / "logs" / f"ceilings-{path.stem}.txt",
        )
        problem, out = (self.folder / "problem").absolute(), scratch.absolute()
        what = [f"--problem={problem}", f"--threads={self.plan.threads}", f"--out={out}"]
        command, token = self.suite.command(None, "bench.ceilings", what), f"{self.token} {block}"
        try:
            self.nursery.run(command, self.environment, log, self.plan.limits, token)
            record = read_json(scratch, CEILINGS)
        except (Ended, BadInput) as error:
            require_room(self.folder)
            status = error.status if isinstance(error, Ended) else "crashed"
            record = {**CEILINGS, "status": status, "reason": str(error) or last_words(log)}
        finally:
            scratch.unlink(missing_ok=True)
        write_json(path, self.scrubbed(record | {"block": block}))

    def command(self, arm: PlannedArm, raw: Path, place: tuple[int, int, int]) -> list[str]:
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
            f"--rounds={self.plan.profile.rounds}",
            f"--problem={(self.folder / 'problem').absolute()}",
            f"--raw={raw.absolute()}",
            f"--place={','.join(map(str, place))}",
            *phases,
        ]
        return self.suite.pytest(self.interpreter(arm), words)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a process is given."""
        return allow_list.passed(os.environ, self.plan.kept_variables)

    def sealed(self, record: dict[str, Any]) -> dict[str, Any]:
        """The facts of ``record`` with what its process was not given, and what on request."""
        kept = self.plan.kept_variables
        dropped = allow_list.dropped_switches(os.environ, kept)
        return {"facts": {**record["facts"], "dropped_switches": dropped, "kept_variables": kept}}

    def scrubbed(self, record: dict[str, Any]) -> dict[str, Any]:
        """``record`` as it may be published."""
        return scrubbed(record, ROOT, self.suite.packages)

    def interpreter(self, arm: PlannedArm) -> str | None:
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

    def given_up(self, block: int, arm: int) -> dict[str, Any] | None:
        """The last record of an arm that need not be tried again, marked a copy, else None."""
        for failures, earlier in enumerate(reversed(range(block)), start=1):
            record = read_raw(self.raw_path(earlier, arm), self.plan.arms[arm])
            if record["status"] == "ok":
                return None
            if failures >= GIVE_UP_AFTER[record["status"]]:
                return record | {"copied_from": record.get("copied_from") or earlier}
        return None


def log_of(block: int, arm: int) -> str:
    """Where, in the folder of a run, the log of one process is."""
    return f"logs/{block:03d}-{arm:02d}.txt"


def remarked(record: dict[str, Any], ended: Ended, log: Path) -> dict[str, Any]:
    """An ok record that was whole before its process came to a bad end, which is noted in it."""
    how = ended.reason or f"ended with exit code {ended.code}"
    remark = f"{how}, after all was measured, checked and written ({log.parent.name}/{log.name})"
    return record | {"facts": record["facts"] | {"bad_end": remark}}
