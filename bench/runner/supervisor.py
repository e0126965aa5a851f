"""Child processes: run one within its limits, and leave nothing of it behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from bench.container import Container
from bench.machine import host_memory_bytes
from runfiles.records import Limits
from runfiles.statuses import Status

TOKEN = "AUTOGRAD_BENCH_PROCESS"  # in the environment of all that a process starts
POLL_SECONDS = 0.05
SECONDS_FOR_STACK = 2.0  # more than a process needs that answers at all
MEMORY_POLL_SECONDS = 0.25  # reading all of /proc costs; memory is not touched that fast
MOST_GENERATIONS = 100  # what a killed stray leaves behind comes here in turn
PR_SET_CHILD_SUBREAPER = 36
NO_PROC = (psutil.Error, OSError, IndexError)  # what psutil raises in a sandbox without /proc


class Ended(Exception):
    """A process that had to be ended, or ended itself, with the arm's status and the reason.

    ``code``: its exit code where it ended itself, else None.
    """

    def __init__(self, status: Status, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.status: Status = status
        self.reason, self.code = reason, code


class Supervisor:
    """Runs children, several at once if asked; whatever they leave behind is killed.

    Descendants that outlive their parent come to this process (on Linux), and are found there
    even where they gave up their group, their session and their environment. One supervisor
    at a time: the children of another would be strays here.
    """

    def __init__(self, kept: Sequence[int] = ()) -> None:
        self.kept = kept  # descriptors that every child holds too, a lock's that outlives this one
        self.stop = threading.Event()  # set: end what runs, start nothing more
        self.lock = threading.Lock()
        self.container = Container()
        self.known = {child.pid for child in own_children()}
        if sys.platform == "linux":  # where a sandbox forbids it, some strays are not found
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        limits: Limits,
        token: str,
    ) -> None:
        """Run ``command``, its output in ``log``. Raises Ended unless it exits with 0."""
        log.parent.mkdir(parents=True, exist_ok=True)
        kills, child = self.container.oom_kills(), None
        try:
            with log.open("wb") as output, self.lock:
                child = started(command, {**environment, TOKEN: token}, output, self.kept)
                self.known.add(child.pid)
            self.watch(child, limits, kills)
        finally:
            self.clear_away(child, token)

    def watch(
        self, child: subprocess.Popen[bytes], limits: Limits, kills: int | None = None
    ) -> None:
        """Return when ``child`` exits with 0; raise Ended for any other end.

        ``kills``: how many processes the kernel had killed for want of memory before.
        """
        began = looked = time.monotonic()
        while not self.stop.is_set():
            with suppress(subprocess.TimeoutExpired):
                code = child.wait(POLL_SECONDS)
                if code == 0:
                    return
                raise self.ended(code, kills)
            now = time.monotonic()
            if now - began > limits.seconds:
                leave_stack(child)
                advice = "raise --time-limit to wait longer"
                raise Ended("timeout", f"no end after {limits.seconds:g} s; {advice}")
            if now - looked < MEMORY_POLL_SECONDS:
                continue
            used, looked = memory_used(child.pid, limits.memory_bytes), now
            if used > limits.memory_bytes:
                cap = f"the cap of {limits.memory_bytes / 2**30:g} GiB (--memory-limit)"
                raise Ended("out of memory", f"{used / 2**30:.1f} GiB resident, above {cap}")
        raise KeyboardInterrupt

    def ended(self, code: int, kills: int | None) -> Ended:
        """What a child's exit code says, and the kernel's count of those it killed since."""
        now = self.container.oom_kills() if code == -signal.SIGKILL else None
        if now is not None and kills is not None and now > kills:
            return Ended("out of memory", killed_for_memory(self.container.memory_bytes), code)
        return Ended("crashed", f"killed by {signal_name(-code)}" if code < 0 else "", code)

    def clear_away(self, child: subprocess.Popen[bytes] | None, token: str) -> None:
        """Kill ``child`` and all it started, or what was started before an interruption."""
        if child is not None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        kill_marked(token)
        with self.lock:
            self.known -= {child.pid} if child is not None else set()
            self.kill_orphans()

    def kill_orphans(self) -> None:
        """Kill what has come to this process since it began and is none of its own children."""
        for _ in range(MOST_GENERATIONS):
            strays = [c for c in own_children() if c.pid not in self.known]
            if not strays:
                return
            for stray in strays:
                with suppress(psutil.Error):
                    stray.kill()
                    stray.wait(1)


def leave_stack(child: subprocess.Popen[bytes]) -> None:
    """Let ``child`` write into its log where it stands, which Python's fault handler does."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        child.send_signal(signal.SIGABRT)
        child.wait(SECONDS_FOR_STACK)


def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    output: BinaryIO,
    kept: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """The process of ``command``, all its text in ``output``. Raises Ended where there is none.

    It has the descriptors ``kept`` too.
    """
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=kept,
            start_new_session=True,
        )
    except OSError as error:  # its path is not for publishing
        reason = f"its interpreter cannot be started: {error.strerror}"
        raise Ended("crashed", reason) from error


def killed_for_memory(limit: int | None) -> str:
    """That the kernel killed a process for want of memory, with the container's ``limit``."""
    whole = host_memory_bytes()
    if limit is None or whole is None or limit >= whole:
        return "killed by the kernel, which had no memory left; ask for a smaller size"
    return (
        f"killed by the kernel at this container's memory limit of {limit / 2**30:.2g} GiB; raise "
        "that limit, or ask for a smaller size"
    )


def own_children() -> list[psutil.Process]:
    """The children of this process; none where a sandbox has no /proc to look for them in."""
    with suppress(*NO_PROC):
        return psutil.Process().children()
    return []


def kill_marked(token: str) -> None:
    """Kill whatever inherited ``token``, or one that begins with it and a space."""
    with suppress(*NO_PROC):
        for other in psutil.process_iter():
            with suppress(psutil.Error):
                found = other.environ().get(TOKEN, "")
                if found == token or found.startswith(f"{token} "):
                    other.kill()


def signal_name(number: int) -> str:
    """The signal's name, or its number where it has none."""
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def memory_used(pid: int, cap: int) -> int:
    """Resident memory of the process and its descendants, in bytes.

    Above ``cap`` what they share is counted once, where the system tells: the kernel walks all
    pages for that, and a compiler's forked workers share nearly all of theirs.
    """
    used: int = sum(info.rss for info in memory_of(pid, "memory_info"))
    if used <= cap:
        return used
    return sum(getattr(info, "pss", info.rss) for info in memory_of(pid, "memory_full_info"))


def memory_of(pid: int, account: str) -> Iterator[Any]:
    """The ``account`` psutil gives of the process and of each descendant that has not ended."""
    with suppress(*NO_PROC):
        process = psutil.Process(pid)
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                yield getattr(member, account)()
