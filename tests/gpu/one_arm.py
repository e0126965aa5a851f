"""Every check of one backend at some sizes, with its seconds, and what fetching costs.

``python -m tests.gpu.one_arm BACKEND DEVICE CPUS SIZE ...`` prints a JSON line a size.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.worker import environment

if TYPE_CHECKING:
    from backends.base import Backend
    from backends.checks.subject import Subject

SPECS: dict[str, dict[str, Any]] = {
    "cut epoch": {"n_examples": 5000, "steps": 150},
    "one batch": {"n_examples": 7, "batch_size": 7},
    "ragged": {"n_examples": 1003},
}
N_FETCHES = 30


def checked(backend: Backend, device: str, size: str) -> dict[str, Any]:
    """The row of one size: refusal or failure, seconds of each check, microseconds of a fetch."""
    from backends.arm import Arm
    from backends.checks import CHECKS
    from backends.checks.subject import Subject
    from problems.case import Case
    from problems.problem import make_problem
    from problems.spec import ProblemSpec

    arm = Arm(backend, device, "float32")
    problem = make_problem(ProblemSpec(**SPECS[size])).astype("float32")
    row: dict[str, Any] = {"size": size, "refusal": arm.refusal(problem), "failed": None}
    if row["refusal"] is not None:
        return row
    began = perf_counter()
    subject = Subject(arm, Case(problem), arm.prepare(problem))
    seconds = row["seconds"] = {"prepare": perf_counter() - began}
    for check in CHECKS:
        row["failed"], seconds[check.__name__.removeprefix("check_")] = outcome(subject, check)
        if row["failed"] is not None:
            return row
    return row | {"fetch_microseconds": fetches(subject)}


def outcome(subject: Subject, check: Any) -> tuple[str | None, float]:
    """Why the check failed, or None, and the seconds it took."""
    from backends.checks import run_checks

    began = perf_counter()
    (finding,) = run_checks(subject, [check])
    failure = finding.failure and f"{finding.check}: {finding.failure}"
    return failure, perf_counter() - began


def fetches(subject: Subject) -> dict[str, float]:
    """The median cost of bringing w and b to the host: just put on the device, and once more."""
    memory, problem = subject.program.memory, subject.problem
    fresh: list[float] = []
    kept: list[float] = []
    for _ in range(N_FETCHES):
        there = memory.put(problem.start)
        memory.wait(there)
        for seconds in (fresh, kept):
            began = perf_counter()
            memory.fetch(there)
            seconds.append(perf_counter() - began)
    return {"fresh": 1e6 * statistics.median(fresh), "kept": 1e6 * statistics.median(kept)}


def main(name: str, device: str, cpus: str, *sizes: str) -> None:
    """Print the rows as they come."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    environment.restrict(1, device)
    from backends import registry

    backend = registry.load(registry.find(name))
    for size in sizes:
        print(json.dumps({"backend": name, **checked(backend, device, size)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
