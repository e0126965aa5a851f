"""The check-up: every arm checked in a process of its own, nothing timed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
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
) -> Iterator[tuple[PlannedArm, dict[str, Any]]]:
    """Each arm with its row, in order; as many at once as there are CPUs, a thread each."""
    profile = replace(PROFILES["quick"], n_blocks=1)
    plan = make_plan(arms, problem, profile, phases=(), threads=n_cpus(), limits=limits)
    with tempfile.TemporaryDirectory(prefix="autograd-bench-") as name:
        folder = Path(name)
        problem.save(folder / "problem")
        runner = Runner(folder, plan)
        with ThreadPoolExecutor(max_workers=n_cpus()) as pool:
            records = pool.map(lambda arm: runner.measure(0, 0, arm), range(len(arms)))
            try:
                for arm, record in zip(arms, records, strict=True):
                    clean = scrubbed(record, ROOT)
                    yield arm, {key: clean[key] for key in ROW_KEYS}
            finally:
                runner.nursery.stop.set()  # an interrupted command waits for nobody
                pool.shutdown(cancel_futures=True)
