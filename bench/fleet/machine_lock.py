"""The lock of a machine: one block at a time, of whatever run, job or user."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from backends.errors import BadInput

PLACES = (Path("/dev/shm"), Path("/tmp"))  # the first that is there: local, and everybody's
NAME = "autograd-bench.machine.lock"
MODE = 0o666  # whoever measures holds it in turn


class NoTurn(Exception):
    """Others measured on the machine for longer than was to be waited."""


@contextmanager
def machine_held(seconds: float, path: Path | None = None) -> Iterator[int]:
    """The descriptor that holds this machine, waited for so many ``seconds``.

    The lock is the kernel's and ends with the last process that has the descriptor: whoever is
    handed it holds the machine too. Raises NoTurn, and BadInput where there is no such file.
    """
    descriptor = opened(path or place())
    try:
        wait_for(descriptor, seconds)
        yield descriptor
    finally:
        os.close(descriptor)


def place() -> Path:
    """The one file of this machine, whoever asks."""
    return next((one for one in PLACES if one.is_dir()), PLACES[-1]) / NAME


def opened(path: Path) -> int:
    """A descriptor of the file at ``path``, which is made where it is not there. Raises BadInput.

    What is there is opened without O_CREAT: Linux refuses that for another user's file in a
    folder that is everybody's (fs.protected_regular).
    """
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            try:
                descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, MODE)
            except FileExistsError:  # somebody was faster
                return os.open(path, flags)
            os.fchmod(descriptor, MODE)  # whatever the umask takes
            return descriptor
    except OSError as error:
        raise BadInput(
            f"cannot open {path}, the lock of this machine: {error.strerror}. Expected a file "
            f"that everybody may read and write (chmod {MODE:o} by its owner)."
        ) from error


def wait_for(descriptor: int, seconds: float) -> None:
    """Lock it, in the main thread. Raises NoTurn after so many ``seconds``."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise NoTurn(f"others measured on this machine for {seconds:g} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
