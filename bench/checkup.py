"""The check-up: every arm checked in a process of its own, no phase timed."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from backends.problem import Problem
from bench.arms import PlannedArm
from bench.children import Limits
from bench.environment import n_cpus
from bench.plan import PROFILES, make_plan
from bench.raw import scrubbed
from bench.runner import ROOT, Runner

ROW_KEYS = (
    *("backend", "device", "dtype", "status", "reason", "failed_check"),
    *("gradient_error", "trajectory_error", "w", "b", "framework_version", "checks"),
)


def check_up(
    arms: Sequence[PlannedArm], problem: Problem, limits: Limits
) -> Generator[tuple[PlannedArm, dict[str, Any]]]:
    """Each arm with its row, in order: of the cpu's as many at once as there are CPUs.

    Of another device's one after the other: some checks are timed, and a GPU that computes for
    somebody else answers late.
    """
    profile = replace(PROFILES["quick"], n_blocks=1)
    plan = make_plan(arms, problem, profile, phases=(), threads=n_cpus(), limits=limits)
    with tempfile.TemporaryDirectory(prefix="autograd-bench-") as name:
        folder = Path(name)
        problem.save(folder / "problem")
        runner = Runner(folder, plan)
        pools = {device: ThreadPoolExecutor(at_once(device)) for device in {a.device for a in arms}}
        records = [
            pools[arm.device].submit(runner.measure, 0, 0, number)
            for number, arm in enumerate(arms)
        ]
        try:
            for arm, record in zip(arms, records, strict=True):
                clean = scrubbed(record.result(), ROOT)
                yield arm, {key: clean[key] for key in ROW_KEYS}
        finally:
            runner.nursery.stop.set()  # an interrupted command waits for nobody
            for is_waiting in (False, True):  # nothing begins in any pool; then all have ended
                for pool in pools.values():
                    pool.shutdown(is_waiting, cancel_futures=True)


def at_once(device: str) -> int:
    """How many arms of ``device`` may be checked side by side."""
    return n_cpus() if device == "cpu" else 1
