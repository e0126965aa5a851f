"""The command's standard streams: open, able to hold any text, and honest about their end."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from backends.errors import BadInput

NAMES = {1: "output", 2: "error"}


class ClosedPipe(Exception):
    """Whoever was reading has closed the pipe; nobody wants the rest.

    No OSError: a library that knows better what a closed pipe means must not take it.
    """


class Stream(io.TextIOWrapper):
    """A standard stream. Raises ClosedPipe or BadInput where the system would say OSError."""

    def write(self, text: str, /) -> int:
        with explained(self):
            return super().write(text)

    def flush(self) -> None:
        with explained(self):
            super().flush()


@contextmanager
def explained(stream: Stream) -> Iterator[None]:
    """Turn what the system says of ``stream`` into what the command says of it."""
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedPipe from error
    except OSError as error:
        raise BadInput(
            f"cannot write to standard {NAMES[stream.fileno()]}: {error.strerror}. Expected room "
            "for it; free space, or send it elsewhere. Files written before are kept."
        ) from error


def take_over(errors: str) -> None:
    """Make all three streams fit to use; ``errors`` handles what an encoding lacks.

    One that was closed from the start is open to nowhere: else the first file opened would get
    its number, and what is printed.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    sys.stdout, sys.stderr = taken(sys.stdout, 1, errors), taken(sys.stderr, 2, errors)


def taken(given: TextIO | None, number: int, errors: str) -> Stream:
    """``given``, or the file ``number`` where the interpreter found none, as a Stream."""
    if not isinstance(given, io.TextIOWrapper):
        return Stream(io.BufferedWriter(io.FileIO(number, "w", closefd=False)), "utf-8", errors)
    encoding, is_direct = given.encoding, given.write_through
    by_line = given.line_buffering or number == 2
    buffer = given.detach()
    return Stream(buffer, encoding, errors, line_buffering=by_line, write_through=is_direct)


def silence() -> None:
    """Send what is still buffered to nowhere, so that the interpreter's end is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    for one in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            one.flush()
