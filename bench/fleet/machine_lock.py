"""The lock of a machine: one block at a time, of whatever run, job or user."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from backends.errors import BadInput

# Local, and everybody's. Not in /dev/shm, where systemd removes the files of who has logged out
PATH = Path("/tmp/autograd-bench.machine.lock")
MODE = 0o666  # whoever measures holds it in turn


class NoTurn(Exception):
    """Others measured on the machine for longer than was to be waited."""


@contextmanager
def machine_held(seconds: float, path: Path = PATH) -> Iterator[int]:
    """The descriptor that holds this machine, waited for so many ``seconds``.

    The lock is the kernel's and ends with the last process that has the descriptor: whoever is
    handed it holds the machine too. Raises NoTurn, and BadInput where there is no such file.
    """
    while not is_at(path, descriptor := locked(path, seconds)):
        os.close(descriptor)
    try:
        os.utime(descriptor)  # what cleans /tmp goes by a file's age
        yield descriptor
    finally:
        os.close(descriptor)


def locked(path: Path, seconds: float) -> int:
    """A descriptor that holds the lock of what was at ``path`` when the wait for it began."""
    descriptor = opened(path)
    try:
        wait_for(descriptor, seconds)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_at(path: Path, descriptor: int) -> bool:
    """Whether the file is still at ``path``: the lock of one that was removed bars nobody."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False


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
