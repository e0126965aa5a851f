"""The lock of a run's folder: one command at a time, by whatever name the folder is called."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backends.errors import BadInput
from runfiles.store import unwritable

NAME = ".lock"
BUSY = (errno.EWOULDBLOCK, errno.EAGAIN)
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)


@dataclass(frozen=True)
class Lock:
    """A folder that this command alone may write, as long as ``descriptor`` is open."""

    folder: Path
    descriptor: int

    def is_held(self) -> bool:
        """Whether the folder's name still stands for the folder that was locked."""
        try:
            there = (self.folder / NAME).stat()
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self.descriptor))

    def require_held(self) -> None:
        """Raise BadInput where the folder was taken away: another run may lie in its place."""
        if not self.is_held():
            raise BadInput(
                f"{self.folder} was removed or replaced while this command held it; expected the "
                "folder it has locked. Nothing more is written; start a new run."
            )


@contextmanager
def locked(folder: Path) -> Iterator[Lock]:
    """Hold ``folder`` for one command. Raises BadInput where another one measures in it.

    The lock is the kernel's: it ends with the process that holds it, however that ends. No child
    has it, because Python's descriptors are closed when another program starts.
    """
    try:
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(not_locked(folder, error)) from error
        lock = Lock(folder, descriptor)
        lock.require_held()
        yield lock
    finally:
        os.close(descriptor)


def not_locked(folder: Path, error: OSError) -> str:
    """Why ``folder`` could not be locked and what to do; busy only where that is the reason."""
    if error.errno in BUSY:
        return f"{folder} is being measured by another command; wait for its end."
    lacking = "; some network file systems have none" if error.errno in NO_LOCKS else ""
    return (
        f"cannot lock {folder}: {error.strerror or error}. Expected a file system with locks"
        f"{lacking}: nothing else keeps a second command out of a run. Measure on a local disk "
        "(--out), or move the run there and resume it."
    )
