"""Checking arms: each in a process of its own, no phase timed."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from bench.container import Container
from bench.machine import n_cpus
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.runner import Runner, log_of
from bench.runner.suite import temporary_folder
from problems.problem import Problem
from problems.room import cases_of
from problems.store import save
from runfiles.records import Arm, Limits
from runfiles.statuses import LOGGED

ROW_KEYS = (
    *("backend", "device", "dtype", "status", "reason", "failed_check"),
    *("gradient_error", "trajectory_error", "learned", "framework_version", "checks"),
)


def check_arms(
    arms: Sequence[Arm],
    problem: Problem,
    limits: Limits,
    keep_env: Iterable[str],
    interpreters: Mapping[str, str] | None = None,
) -> Generator[tuple[Arm, dict[str, Any]]]:
    """Each arm with its row, in order; those that wait for the same lane after one another.

    ``interpreters``: executables by the labels of ``arms``.
    """
    profile = replace(PROFILES["quick"], n_blocks=1)
    asked = RunRequest(profile, limits, threads=n_cpus(), keep_env=tuple(keep_env))
    cases = cases_of(problem, [arm.dtype for arm in arms])
    plan = make_plan(asked, Planned(arms), cases["float64"])
    with temporary_folder() as name:
        folder = Path(name)
        save(folder / "problem", problem, [cases[d] for d in sorted({arm.dtype for arm in arms})])
        runner = Runner(folder, plan, interpreters or {})
        logs = cache(partial(tempfile.mkdtemp, prefix="autograd-bench-logs-"))  # outlive it
        lanes = [lane(arm.device) for arm in arms]
        pools = {name: ThreadPoolExecutor(n_at_once(name)) for name in set(lanes)}
        records = [
            pools[name].submit(runner.measure, 0, 0, number) for number, name in enumerate(lanes)
        ]
        try:
            for number, (arm, future) in enumerate(zip(arms, records, strict=True)):
                record = future.result()
                row = to_builtins({key: getattr(record, key) for key in ROW_KEYS})
                has_failed = record.status in LOGGED
                log = kept_log(folder / log_of(0, number), arm, logs) if has_failed else None
                yield arm, row | {"python": arm.python, "log": log}
        finally:
            runner.supervisor.stop.set()  # an interrupted command waits for nobody
            for is_waiting in (False, True):  # nothing begins in any pool; then all have ended
                for pool in pools.values():
                    pool.shutdown(is_waiting, cancel_futures=True)


def kept_log(log: Path, arm: Arm, folder: Callable[[], str]) -> str | None:
    """Where ``log`` is from now on: in ``folder``, made for the first one. None: there is none."""
    if not log.exists():
        return None
    label = " ".join([arm.backend, *([arm.python] if arm.python else []), arm.device, arm.dtype])
    name = re.sub(r"[^\w.]+", "-", label, flags=re.ASCII)
    return str(shutil.copy(log, Path(folder(), f"{name}.txt")))


def lane(device: str) -> str:
    """The device whose turn an arm waits for: where there is no GPU, it can only be refused."""
    return "cpu" if device == "cuda" and not may_have_gpu() else device


def may_have_gpu() -> bool:
    """Whether anything speaks for an NVIDIA GPU: the driver's tool, its device, or Windows' one."""
    files = map(Path, ("/dev/nvidiactl", "/dev/dxg"))
    return shutil.which("nvidia-smi") is not None or any(file.exists() for file in files)


def n_at_once(lane: str) -> int:
    """How many arms of a lane run side by side: on CPUs one each, within the quota; of a GPU one.

    Some checks are timed, and a GPU that computes for somebody else answers late.
    """
    if lane != "cpu":
        return 1
    quota = Container().cpu_quota
    return n_cpus() if quota is None else max(1, min(n_cpus(), int(quota)))
