"""Errands: what a worker of Dask is asked to do, each as plain data in and out.

A worker only keeps files and starts processes. What is measured is measured by ``block.py``.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from backends.errors import BadInput
from bench.fleet.bundle import digest_of
from bench.identity import boot_identity, machine_identity
from bench.machine import machine_facts
from bench.runner.suite import sources
from bench.runner.supervisor import TOKEN, kill_marked

POLL_SECONDS = 0.2
ENDING_SECONDS = 30.0  # in which a block ends whose input has ended
MOST_WORDS = 2000  # characters of what a block said last
ANOTHER = "another"  # in place of an exit code: this is not the worker that was asked


def introduced(dask_worker: Any) -> dict[str, Any]:
    """What the machine is on which this worker runs, and which worker it is.

    Dask gives it to whoever has an argument of that name. Raises BadInput.
    """
    try:
        return {
            "worker": dask_worker.id,
            "host": platform.node(),
            "machine": machine_identity(),
            "boot": boot_identity(),
            "sources": sources(),
            "facts": machine_facts(),
        }
    except OSError as error:  # which would look as if the connection had failed
        raise BadInput(f"{type(error).__name__}: {error}") from error


def lacking(run: str, digests: Mapping[str, str]) -> list[str]:
    """Which files of the run are not here as they are to be."""
    home = home_of(run)
    paths = {name: inside(home, name) for name in digests}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or digest_of(path) != digests[name]
    ]


def put(run: str, name: str, place: int, piece: bytes) -> None:
    """Write a piece of a file to its place; the first one begins it anew."""
    path = inside(home_of(run), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if place else "wb") as file:
        file.seek(place)
        file.write(piece)


def measured(run: str, worker: str, order: bytes, module: str) -> tuple[int | str, bytes, str]:
    """Exit code, answer and last words of the process that measures one block, by an ``order``.

    It ends when this worker does, however that happens: its standard input is this one's, and is
    closed too when nobody waits for the block any longer.
    """
    if own_worker().id != worker:  # Dask gave it to what came in that one's place
        return ANOTHER, b"", ""
    home, wanted = home_of(run), still_wanted()
    kill_marked(token_of(home))  # of an owner that was killed; what is killed frees the machine
    mark = f"{token_of(home)} {uuid4().hex}"  # so that a late owner kills what it started alone
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(home)],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=said,
            env={**os.environ, TOKEN: mark},
            start_new_session=True,
        )
        try:
            code = attended(child, order, wanted)
        finally:
            child.kill()
            child.wait()
            kill_marked(mark)
        return code, content(answer), content(said).decode(errors="replace")[-MOST_WORDS:]


def cleared(run: str) -> None:
    """Remove what the run has laid here."""
    shutil.rmtree(home_of(run), ignore_errors=True)


def attended(child: subprocess.Popen[bytes], order: bytes, wanted: Callable[[], bool]) -> int:
    """The exit code of ``child``, given its ``order`` and told when it is not ``wanted``."""
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin as lifeline:
        lifeline.write(order + b"\n")
        lifeline.flush()
        while child.poll() is None and wanted():
            time.sleep(POLL_SECONDS)
    return child.wait(ENDING_SECONDS)  # what does not end by itself is killed by the caller


def still_wanted() -> Callable[[], bool]:
    """Whether somebody waits for the task that asks this, and its worker goes on."""
    worker = own_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        is_open = worker.status.name in ("running", "paused")
        return is_open and task is not None and task.state == "executing"

    return is_wanted


def own_worker() -> Any:
    """The worker of Dask that runs this."""
    from distributed import get_worker

    return get_worker()


def home_of(run: str) -> Path:
    """The folder of a run on this machine: the same for every worker of one user here.

    Raises BadInput where it is somebody else's.
    """
    name = f"autograd-bench-{os.getuid()}-{run}-{machine_identity()}"
    home = Path(tempfile.gettempdir()) / name
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.getuid():
        raise BadInput(f"{home} is not this user's own folder; remove it, or set TMPDIR.")
    return home


def token_of(home: Path) -> str:
    """What marks every process that measures for this run on this machine."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()


def inside(home: Path, name: str) -> Path:
    """Where the file ``name`` lies. Raises BadInput where that is outside."""
    path = home / name
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise BadInput(f"{name!r} is no name of a file of a run; expected one inside its folder.")
    return path


def content(file: IO[bytes]) -> bytes:
    """All that a file holds."""
    file.seek(0)
    return file.read()
