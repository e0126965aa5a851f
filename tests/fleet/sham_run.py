"""A run of doubles: four arms of 0.2 s a block, whose processes tell of themselves in a log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backends.checks import names_of
from bench.fleet.bundle import Bundle
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.records import Arm, Limits, Plan
from runfiles.store import read
from tests.bench.begun import begin

N_ARMS = 4
SECONDS = 0.2


@dataclass(frozen=True)
class ShamRun:
    """A run, with the log of its doubles."""

    folder: Path
    log: Path
    n_blocks: int
    name: str  # what it is called on machines

    @property
    def planned(self) -> set[str]:
        """The names of all its raw files."""
        return {f"{b:03d}-{a:02d}.json" for b in range(self.n_blocks) for a in range(N_ARMS)}

    @property
    def raw(self) -> dict[str, bytes]:
        """What it has of them."""
        return {path.name: path.read_bytes() for path in (self.folder / "raw").glob("*")}

    @property
    def notes(self) -> list[list[str]]:
        """What the doubles have told: what, for which file, which process."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split() for line in lines]


def make_sham_run(
    folder: Path,
    n_blocks: int,
    unlike: bool = False,
    refuses: Sequence[str] = (),
    disturbed: Sequence[str] = (),
) -> ShamRun:
    """A run over doubles, ready to be measured by a fleet, in which one block may be rerun.

    ``refuses``: arms that cannot run; ``disturbed``: processes that are, when they run first.
    """
    run, log = folder / "run", folder / "log.txt"
    arms = [Arm(f"arm {i}", "numpy", "cpu", "float32", named=True) for i in range(N_ARMS)]
    problem = make_problem(ProblemSpec(100, 10, 1))
    profile = replace(PROFILES["quick"], n_blocks=n_blocks, rounds=6, max_discards=1)
    asked = RunRequest(profile, Limits(), phases=("epoch",), unlike=unlike)
    begin(run, make_plan(asked, Planned(arms), Case(problem)), problem)
    checks = [{"name": name, "ok": True} for name in names_of(True)]
    record = {"status": "ok", "checks": checks, "phases": {}}
    told = {"log": str(log), "lock": str(folder / "lock"), "seconds": SECONDS, "record": record}
    told |= {"refuses": list(refuses), "disturbed": list(disturbed)}
    (run / "problem" / "sham.json").write_text(json.dumps(told))
    return ShamRun(run, log, n_blocks, name_of(run))


def name_of(folder: Path) -> str:
    """What the run in ``folder`` is called on machines."""
    return Bundle(folder, (), read(folder / "plan.json", Plan).created).run
