"""How often checks by the clock are wrong: wrong backends missed, right arms called wrong.

``python -m tests.simulations.clocked missed [--times N] [--busy CPUS]``
``python -m tests.simulations.clocked false [--times N] [--busy CPUS] [--examples N] [ARM ...]``

``--busy``: so many CPUs are kept busy by another process each, first the one that the arm has.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from backends import registry
from backends.arm import Arm
from backends.base import Backend
from backends.checks import run_checks
from backends.checks.finding import Check
from backends.checks.subject import Subject
from backends.checks.timing import check_unseen, check_wait
from bench import machine
from bench.worker import environment
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from tests.backends.wrong import BY_THE_CLOCK, CAUGHT_BY, ONLY_IN, wrong

BY_NAME: dict[str, Check] = {"unseen": check_unseen, "wait": check_wait}
BUSY = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"


@contextmanager
def kept_busy(cpus: Sequence[int]) -> Iterator[None]:
    """A process on each of ``cpus`` that never rests."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY, str(cpu)]) for cpu in cpus]
    try:
        time.sleep(0.5 if others else 0.0)
        yield
    finally:
        for other in others:
            other.kill()


def failures(backend: Backend, case: Case, checks: Sequence[Check], times: int) -> list[str | None]:
    """Why the first of ``checks`` that failed did, each time; None where none did."""
    arm = Arm(backend, "cpu", str(case.problem.start[0].dtype))
    found = []
    for _ in range(times):
        subject = Subject(arm, case, arm.prepare(case.problem))
        found.append(run_checks(subject, checks)[-1].failure)
    return found


def missed(times: int) -> None:
    """A line for each wrong backend whose catching depends on a clock."""
    cases = {d: Case(make_problem(ProblemSpec()).astype(d)) for d in ("float32", "float64")}
    for program in sorted(BY_THE_CLOCK, key=lambda one: one.__name__):
        case, began = cases[ONLY_IN.get(program, "float32")], time.perf_counter()
        found = failures(wrong(program), case, [BY_NAME[CAUGHT_BY[program]]], times)
        seconds = (time.perf_counter() - began) / times
        caught = f"caught {times - found.count(None)} of {times}"
        print(f"{program.__name__:24} {CAUGHT_BY[program]:8} {caught}, {seconds:.1f} s", flush=True)


def called_wrong(names: Sequence[str], times: int, spec: ProblemSpec) -> None:
    """A line for each arm and check."""
    for name in names:
        entry = registry.find(name)
        backend, problem = registry.load(entry), make_problem(spec)
        case = Case(problem.astype(entry.dtypes[0]))
        for which, check in BY_NAME.items():
            began = time.perf_counter()
            found = [one for one in failures(backend, case, [check], times) if one]
            seconds = (time.perf_counter() - began) / times
            text = f"called wrong {len(found)} of {times}, {seconds:.2f} s {found[:1] or ''}"
            print(f"{name:16} {which:8} {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["missed", "false"])
    parser.add_argument("arms", nargs="*", default=["numpy", "numba", "jax-scan", "torch"])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=10)
    asked = parser.parse_args()
    cpus = (machine.affinity() or [0])[::-1]  # an arm is kept to the last
    with kept_busy(cpus[: asked.busy]):
        environment.restrict(1)
        if asked.what == "missed":
            missed(asked.times)
        else:
            spec = ProblemSpec(asked.examples, asked.batch_size)
            called_wrong(asked.arms, asked.times, spec.with_stable_rate())


if __name__ == "__main__":
    main()
