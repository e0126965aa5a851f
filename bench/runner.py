"""The runner: one fresh process for each (block, arm) that has no result yet."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from backends.errors import BadInput
from bench.arms import PlannedArm
from bench.discards import Discards
from bench.plan import Plan
from bench.record import RAW, read_json, write_json

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "AUTOGRAD_BENCH_PROCESS"  # in the environment of all that a process starts
POLL_SECONDS = 0.05
LAST_WORDS = 2000  # bytes of a log that may hold the reason
# An arm that failed so is not started again in later blocks, after so many failures in a row.
GIVE_UP_AFTER = {
    "wrong": 1,
    "refused": 1,
    "unavailable": 1,
    "unsupported": 1,
    "timeout": 1,
    "crashed": 2,
    "out of memory": 2,
}

Progress = Callable[[int, int, str], None]  # done, of all, what runs now


@dataclass
class Runner:
    """Runs a plan in its folder; ``interpreters`` maps labels of the plan to executables."""

    folder: Path
    plan: Plan
    interpreters: Mapping[str, str] = field(default_factory=dict)
    progress: Progress = lambda done, total, label: None

    def run(self) -> None:
        """Start what is missing, block by block. Raises BadInput where nothing can be written."""
        kill_leftovers(self.token)  # of a command that was itself killed
        discards = Discards(self.folder, self.plan.profile.max_discards)
        discards.finish()
        for block in range(len(self.plan.blocks)):
            self.run_block(block)
            while discards.take(block):
                self.run_block(block)

    def run_block(self, block: int) -> None:
        """Start the processes of one block that have no result yet, in the block's order."""
        order = self.plan.blocks[block]
        total = len(order) * len(self.plan.blocks)
        for position, arm in enumerate(order):
            label = f"block {block + 1}: {self.plan.arms[arm].name}"
            self.progress(block * len(order) + position, total, label)
            path = self.raw_path(block, arm)
            if not is_whole(path):
                record = self.given_up(block, arm) or self.measure(block, position, arm)
                write_json(path, record | {"block": block, "position": position, "arm": arm})

    @property
    def token(self) -> str:
        """Marks every process of this run, so that none outlives it unnoticed."""
        return hashlib.sha256(f"{self.folder.resolve()} {self.plan.created}".encode()).hexdigest()

    def raw_path(self, block: int, arm: int) -> Path:
        return self.folder / "raw" / f"{block:03d}-{arm:02d}.json"

    def measure(self, block: int, position: int, arm: int) -> dict[str, Any]:
        """The record of one fresh process, or of how it failed."""
        planned = self.plan.arms[arm]
        scratch = self.folder / "raw" / f".{block:03d}-{arm:02d}.json"
        scratch.unlink(missing_ok=True)
        command = self.command(planned, scratch, (block, position, arm))
        log = self.folder / "logs" / f"{block:03d}-{arm:02d}.txt"
        try:
            ending = run_limited(command, log, self.plan, f"{self.token} {block} {arm}")
            if is_whole(scratch):
                return read_json(scratch, RAW)
        finally:
            scratch.unlink(missing_ok=True)
        return failure_record(planned, *(ending or ("crashed", last_words(log))))

    def command(self, arm: PlannedArm, raw: Path, place: tuple[int, int, int]) -> list[str]:
        """The command line of one process: the plain suite, with a place for its record."""
        what = [] if self.plan.phases else ["-k", "test_checks"]
        phases = [f"--phase={phase}" for phase in self.plan.phases]
        return [
            self.interpreters.get(arm.python or "", sys.executable),
            *("-m", "pytest", str(ROOT / "bench"), *what, "-q", "-p", "pytest_benchmark.plugin"),
            *("-p", "no:cacheprovider", "--benchmark-quiet"),
            f"--backend={arm.backend}",
            f"--device={arm.device}",
            f"--dtype={arm.dtype}",
            f"--threads={self.plan.threads}",
            f"--rounds={self.plan.profile.rounds}",
            f"--problem={self.folder / 'problem'}",
            f"--raw={raw}",
            f"--place={','.join(map(str, place))}",
            *phases,
        ]

    def given_up(self, block: int, arm: int) -> dict[str, Any] | None:
        """The last record of an arm that need not be tried again, else None."""
        for failures, earlier in enumerate(reversed(range(block)), start=1):
            record = read_json(self.raw_path(earlier, arm), RAW)
            if record["status"] == "ok":
                return None
            if failures >= GIVE_UP_AFTER[record["status"]]:
                return record
        return None


def run_limited(command: list[str], log: Path, plan: Plan, token: str) -> tuple[str, str] | None:
    """Run ``command``; None where it ended by itself, else status and reason.

    Whatever it started is killed with it, also what has left its process group.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(token),
            start_new_session=True,
        )
        try:
            return watch(process, plan)
        finally:
            kill_group(process)
            kill_leftovers(token)


def watch(process: subprocess.Popen[bytes], plan: Plan) -> tuple[str, str] | None:
    """Wait within the limits; None where the process exited, else status and reason."""
    deadline = time.monotonic() + plan.limits.seconds
    while True:
        try:
            code = process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        if code is not None:
            return ("crashed", f"killed by {signal.Signals(-code).name}") if code < 0 else None
        if time.monotonic() > deadline:
            return (
                "timeout",
                f"no end after {plan.limits.seconds:g} s; raise --time-limit to wait longer",
            )
        used = resident_bytes(process.pid)
        if used > plan.limits.memory_bytes:
            cap = plan.limits.memory_bytes / 2**30
            text = f"{used / 2**30:.1f} GiB resident, above the cap of {cap:g} GiB (--memory-limit)"
            return "out of memory", text


def environment(token: str) -> dict[str, str]:
    """The environment of a process: ours, our checkout on the path, no plugins but ours."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        TOKEN: token,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
    }


def resident_bytes(pid: int) -> int:
    """Resident memory of the process and its descendants."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its group, and wait for its end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_leftovers(token: str) -> None:
    """Kill whatever inherited a token that starts so, also what has left its process group."""
    for other in psutil.process_iter():
        with suppress(psutil.Error):
            if (other.environ().get(TOKEN) or "").startswith(token):
                other.kill()


def failure_record(arm: PlannedArm, status: str, reason: str) -> dict[str, Any]:
    """The raw record of a process that could not write its own."""
    nothing = dict.fromkeys(
        ("framework", "framework_version", "differentiation", "execution", "failed_check")
    )
    answers = dict.fromkeys(("gradient_error", "trajectory_error", "w", "b", "losses"))
    told = {"backend": arm.backend, "device": arm.device, "dtype": arm.dtype}
    empty: dict[str, Any] = {"checks": [], "cold": {}, "phases": {}, "absent": {}, "facts": {}}
    return {**RAW, **told, **nothing, **answers, **empty, "status": status, "reason": reason}


def last_words(log: Path) -> str:
    """The last line a process printed, for the reason of its crash."""
    lines = [
        line
        for line in log.read_bytes()[-LAST_WORDS:].decode(errors="replace").splitlines()
        if line.strip()
    ]
    return (
        f"the process ended without a result; it last said: {lines[-1].strip()[:300]}"
        if lines
        else ("the process ended without a result and said nothing")
    )


def is_whole(path: Path) -> bool:
    """Whether the file is there and is a whole record."""
    try:
        read_json(path, RAW)
    except BadInput:
        return False
    return True
