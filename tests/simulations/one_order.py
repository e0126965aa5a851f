"""What an epoch costs over a new order each call, against one order over and over: arm by arm.

``python -m tests.simulations.one_order [--examples N] [--batch-size B] [--processes K] [ARM ...]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np

from backends import registry
from backends.arm import Arm
from bench import machine
from bench.worker import environment
from bench.worker.measure import Pace, seconds_a_call, warm_up
from bench.worker.phases import epoch
from bench.worker.rotation import Rotation, rotation
from problems.problem import aligned, make_problem
from problems.spec import ProblemSpec
from problems.timed_orders import drawn
from reports.findings.intervals import mean, t_half_width

N_ROUNDS = 40  # of each, in turn


def ratio(name: str, spec: ProblemSpec) -> float:
    """Time of an epoch over new orders ÷ over one, in this process, medians of rounds in turn."""
    entry = registry.find(name)
    problem = make_problem(spec).astype(entry.dtypes[0])
    arm = Arm(registry.load(entry), "cpu", entry.dtypes[0])
    if refusal := arm.refusal(problem):
        raise SystemExit(f"{name}: {refusal.reason}")
    program, orders, cache = arm.prepare(problem), drawn(spec).orders, machine.l2_bytes()
    calls = [timer(epoch(program, r.next), r) for r in both(orders, cache)]
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(N_ROUNDS):
        for which in (0, 1) if number % 2 else (1, 0):
            seconds[which].append(calls[which]())
    return median(seconds[0]) / median(seconds[1])


def both(orders: np.ndarray, cache_bytes: int) -> Iterator[Rotation]:
    """The rotation that arms are timed with, and one that gives the same order every time."""
    yield rotation(orders, 1, cache_bytes)
    one = (aligned(orders[0], "int64"),)
    yield Rotation(lambda: one)


def timer(call: Callable[[], object], orders: Rotation) -> Callable[[], float]:
    """Seconds a call of one round, after a warm-up."""
    warmup = warm_up(call, Pace(), renew=orders.renew)
    iterations = Pace().iterations(warmup[-1])
    return lambda: seconds_a_call(call, iterations, time.perf_counter, orders.renew)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arms", nargs="*", default=[entry.name for entry in registry.BUILT_IN])
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=10)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--in-this-process", action="store_true")
    asked = parser.parse_args(words)
    if asked.in_this_process:
        environment.restrict(1)
        print(
            ratio(asked.arms[0], ProblemSpec(asked.examples, asked.batch_size).with_stable_rate())
        )
        return
    size = [f"--examples={asked.examples}", f"--batch-size={asked.batch_size}"]
    for name in asked.arms:
        command = [sys.executable, "-m", __spec__.name, name, *size, "--in-this-process"]
        found = [
            subprocess.run(command, capture_output=True, text=True, check=False)
            for _ in range(asked.processes)
        ]
        failed = [one for one in found if one.returncode]
        if failed:
            print(f"{name:22} {failed[0].stderr.strip().splitlines()[-1][:100]}", flush=True)
            continue
        logs = np.log([float(one.stdout.split()[-1]) for one in found])
        half = t_half_width(logs)
        low, middle, high = np.exp(mean(logs) + np.array([-1, 0, 1]) * half)
        print(f"{name:22} {middle:.3f} [{low:.3f}, {high:.3f}]", flush=True)


if __name__ == "__main__":
    main()
