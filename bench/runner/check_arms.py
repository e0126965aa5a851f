"""Checking arms: each in a process of its own, no phase timed."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from backends.problem import Problem
from bench import machine
from bench.machine import n_at_once, n_cpus
from bench.runner.plan import PROFILES, make_plan
from bench.runner.runner import Runner, log_of
from bench.runner.temporary import temporary_folder
from runfiles.records import Arm, Limits
from runfiles.statuses import LOGGED

ROW_KEYS = (
    *("backend", "device", "dtype", "status", "reason", "failed_check"),
    *("gradient_error", "trajectory_error", "w", "b", "framework_version", "checks"),
)


def check_arms(
    arms: Sequence[Arm],
    problem: Problem,
    limits: Limits,
    kept_variables: Mapping[str, str],
) -> Generator[tuple[Arm, dict[str, Any]]]:
    """Each arm with its row, in order; those that wait for the same lane after one another."""
    profile = replace(PROFILES["quick"], n_blocks=1)
    plan = make_plan(
        arms,
        problem,
        profile,
        phases=(),
        threads=n_cpus(),
        limits=limits,
        kept_variables=kept_variables,
    )
    with temporary_folder() as name:
        folder = Path(name)
        problem.save(folder / "problem")
        runner, logs = Runner(folder, plan), Logs(folder, arms)
        lanes = [lane(arm.device) for arm in arms]
        pools = {name: ThreadPoolExecutor(at_once(name)) for name in set(lanes)}
        records = [
            pools[name].submit(runner.measure, 0, 0, number) for number, name in enumerate(lanes)
        ]
        try:
            for number, (arm, record) in enumerate(zip(arms, records, strict=True)):
                clean = runner.scrubbed(record.result())
                log = logs.kept(number) if clean.status in LOGGED else None
                row = to_builtins({key: getattr(clean, key) for key in ROW_KEYS}, enc_hook=str)
                yield arm, row | {"log": log}
        finally:
            runner.supervisor.stop.set()  # an interrupted command waits for nobody
            for is_waiting in (False, True):  # nothing begins in any pool; then all have ended
                for pool in pools.values():
                    pool.shutdown(is_waiting, cancel_futures=True)


@dataclass(frozen=True)
class Logs:
    """The logs of checked arms in ``folder``; those of arms that failed outlive it."""

    folder: Path
    arms: Sequence[Arm]

    @cached_property
    def kept_in(self) -> Path:
        """A new folder, made when the first log is to be kept."""
        return Path(tempfile.mkdtemp(prefix="autograd-bench-logs-"))

    def kept(self, number: int) -> str | None:
        """Where the log of arm ``number`` is from now on, None where it has none."""
        log, arm = self.folder / log_of(0, number), self.arms[number]
        if not log.exists():
            return None
        name = re.sub(r"[^\w.]+", "-", f"{arm.backend} {arm.device} {arm.dtype}", flags=re.ASCII)
        return str(shutil.copy(log, self.kept_in / f"{name}.txt"))


def lane(device: str) -> str:
    """The device whose turn an arm waits for: where there is no GPU, it can only be refused."""
    return "cpu" if device == "cuda" and not machine.may_be_here() else device


def at_once(lane: str) -> int:
    """How many arms of a lane run side by side: of a GPU one.

    Some checks are timed, and a GPU that computes for somebody else answers late.
    """
    return n_at_once() if lane == "cpu" else 1
