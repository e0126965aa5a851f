"""What the processes of a cluster on loopback do; imported once, before they are forked."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import dask
import distributed

import bench.fleet.errands
import bench.fleet.session
from bench.identity import GIVEN
from bench.machine import machine_facts
from bench.runner.run_folder import resumed

MODULE = "tests.fleet.sham_block"


def be_scheduler(folder: str) -> None:
    """A scheduler that gives nothing out again; ``folder`` gets a file with its address."""
    to(folder, "scheduler")

    async def serve() -> None:
        dask.config.set({"distributed.scheduler.allowed-failures": 0})
        async with distributed.Scheduler(host="127.0.0.1", port=0, dashboard=False) as one:
            part = Path(folder) / "address.part"
            part.write_text(one.address)
            part.rename(part.with_suffix(".txt"))
            await one.finished()

    asyncio.run(serve())


def be_worker(address: str, machine: str, folder: str, how: dict[str, Any]) -> None:
    """A worker that plays ``machine``.

    ``how``: its ``cpus``, what it makes up, its name ``as``, and what of its errands ``raises``.
    """
    to(folder, f"worker-{machine}")
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # what a killed one leaves is left there
    if name := how.get("as", machine):
        os.environ[GIVEN] = name
    if "cpus" in how:
        os.sched_setaffinity(0, how["cpus"])
    if "facts" in how:
        facts = machine_facts() | how["facts"]
        setattr(bench.fleet.errands, "machine_facts", lambda: facts)  # noqa: B010  # for mypy
    for name, error in how.get("raises", {}).items():
        setattr(bench.fleet.errands, name, raising(getattr(bench.fleet.errands, name), error))
    for name in ("introduced", "lacking", "put", "measured", "cleared"):
        setattr(bench.fleet.errands, name, noted(getattr(bench.fleet.errands, name)))
    for name in ("sources", "boot_identity"):
        if name in how:
            setattr(bench.fleet.errands, name, lambda name=name: how[name])

    async def serve() -> None:
        dask.config.set({"distributed.worker.profile.enabled": False})
        options: dict[str, Any] = {"nthreads": 1, "dashboard": False, "local_directory": folder}
        async with distributed.Worker(address, **options) as one:
            await one.finished()

    asyncio.run(serve())


def raising(errand: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """``errand``, which raises ``error`` whatever it is asked."""

    @wraps(errand)
    def run(*words: Any) -> Any:
        raise error

    return run


def noted(errand: Callable[..., Any]) -> Callable[..., Any]:
    """``errand``, which says that it is done."""

    @wraps(errand)
    def run(*words: Any, **others: Any) -> Any:
        print("errand", errand.__name__, flush=True)
        return errand(*words, **others)

    return run


def be_coordinator(address: str, run: str, folder: str) -> None:
    """A command that goes on with ``run``, but for what its blocks start."""
    to(folder, "coordinator")
    from backends.errors import BadInput
    from runfiles.errors import BadRun

    def tell(n_whole: int, machines: int) -> None:
        print("whole", n_whole, machines, flush=True)

    def say(text: str) -> None:
        print(text, flush=True)

    try:
        with resumed(Path(run), is_here=False) as runs:
            bench.fleet.session.measure_on_fleet(address, runs, tell, say, MODULE)
    except (BadInput, BadRun) as error:
        print(f"bad: {error}", flush=True)
        sys.exit(2)


def to(folder: str, name: str) -> None:
    """Let all that this process says go into a file of ``folder``."""
    out = os.open(Path(folder) / f"{name}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
