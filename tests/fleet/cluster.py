"""A cluster on loopback: a scheduler, workers that say which machine they are, and coordinators.

Each is a process of its own, forked from one that has imported Dask already: it can be killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["tests.fleet.roles"])
WAIT_SECONDS = 60.0


@dataclass
class Cluster:
    """Its processes, and where its scheduler listens."""

    folder: Path
    scheduler: BaseProcess | None = None
    workers: dict[str, BaseProcess] = field(default_factory=dict)  # by the machine that they play

    @property
    def address(self) -> str:
        return (self.folder / "address.txt").read_text()

    def start_scheduler(self) -> None:
        from tests.fleet.roles import be_scheduler

        (self.folder / "address.txt").unlink(missing_ok=True)
        self.scheduler = begun(be_scheduler, str(self.folder))
        until((self.folder / "address.txt").exists)

    def start_worker(self, machine: str, **how: Any) -> BaseProcess:
        from tests.fleet.roles import be_worker

        self.workers[machine] = begun(be_worker, self.address, machine, str(self.folder), how)
        return self.workers[machine]

    def start_coordinator(self, run: Path) -> BaseProcess:
        from tests.fleet.roles import be_coordinator

        return begun(be_coordinator, self.address, str(run), str(self.folder))

    def errands(self, machine: str) -> list[str]:
        """What the worker of ``machine`` was asked to do."""
        lines = (self.folder / f"worker-{machine}.txt").read_text().splitlines()
        return [line.removeprefix("errand ") for line in lines if line.startswith("errand ")]

    def said(self) -> str:
        """What the coordinators have said."""
        return (self.folder / "coordinator.txt").read_text()

    def stop(self) -> None:
        for process in (*self.workers.values(), self.scheduler):
            if process is not None:
                ended(process)


def begun(role: Callable[..., None], *words: Any) -> BaseProcess:
    """A process that plays ``role``."""
    process = FORK.Process(target=role, args=words, daemon=True)
    process.start()
    return process


def ended(process: BaseProcess, number: int = signal.SIGKILL) -> None:
    """End a process, whatever it does."""
    if process.is_alive() and process.pid:
        os.kill(process.pid, number)
    process.join(WAIT_SECONDS)


def until(happens: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """What ``happens``, once it is true; fails where that takes too long to be waiting."""
    began = time.monotonic()
    while not (found := happens()):
        assert time.monotonic() - began < seconds, f"waited for {happens}"
        time.sleep(0.02)
    return found


def measuring(run: str) -> list[psutil.Process]:
    """The processes that measure for a run, by what it is called on machines: blocks and arms."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if run in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@contextmanager
def cluster(folder: Path, machines: Mapping[str, dict[str, Any]]) -> Iterator[Cluster]:
    """A scheduler with a worker for each of ``machines``, which are how it is started."""
    made = Cluster(folder)
    try:
        made.start_scheduler()
        for machine, how in machines.items():
            made.start_worker(machine, **how)
        yield made
    finally:
        made.stop()
