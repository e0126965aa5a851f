"""The threads of a process that has run an epoch by one thread: each one's name and its CPUs.

``python -m tests.gpu.threads BACKEND DEVICE``
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from bench import machine
from bench.worker import environment


def epoch(name: str, device: str) -> None:
    """Run the lesson's first epoch by the backend ``name``."""
    from backends import registry
    from problems.problem import make_problem
    from problems.spec import ProblemSpec

    problem = make_problem(ProblemSpec()).astype("float32")
    program = registry.load(registry.find(name)).prepare(problem, device, "float32")
    program.memory.wait(program.epoch(program.start(), problem.orders[0]))


def threads() -> list[tuple[str, list[int]]]:
    """Name and CPUs of every thread of this process, on Linux."""
    found = []
    for thread in sorted(Path("/proc/self/task").iterdir()):
        with suppress(OSError):  # it may have ended since it was listed
            name = (thread / "comm").read_text().strip()
            found.append((name, sorted(os.sched_getaffinity(int(thread.name)))))
    return found


def main(backend: str, device: str) -> None:
    """Print a line a thread."""
    environment.restrict(1, device)
    epoch(backend, device)
    print(f"{backend} on {device}, one thread, CPUs {machine.affinity()}:")
    for name, cpus in threads():
        print(f"  {name:16} {cpus}")


if __name__ == "__main__":
    main(*sys.argv[1:])
