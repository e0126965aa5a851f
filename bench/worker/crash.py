"""A crash: its cause in one line, with the last line of the arm's own code that led to it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from backends.errors import COLOURS, LONGEST, BrokenContract, shortened
from backends.registry import is_own

LONGEST_LINE = 80  # of source
HEADING = re.compile(r":$|^Failed in \w+ mode pipeline")  # a line that only announces the next one
# JAX hangs the frames it leaves out on an exception as if they were its cause
STAND_INS = ("JaxStackTraceBeforeTransformation", "UnfilteredStackTrace", "SimplifiedTraceback")

# torch, JAX, CuPy, TensorFlow and CUDA's own libraries, on the host and on a GPU
OUT_OF_MEMORY = re.compile(
    r"out[ _]?of[ _]?memory|RESOURCE_EXHAUSTED|\w+_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation"
    r"|can(?:'t|not) allocate memory|bad_alloc|unable to allocate \d",
    re.IGNORECASE,
)


def crash_text(error: BaseException, what: str, module: str) -> str:
    """What happened in ``what``: the exception, its cause, where in the code of ``module``."""
    errors = list(causes(error))
    longest = LONGEST // min(len(errors), 2)
    if isinstance(error, BrokenContract):
        return f"broken contract in {what}: {message(error)}"
    text = f"{type(error).__name__} in {what}: {shortened(message(error), longest)}"
    if message(errors[-1]) not in message(error):
        cause = shortened(message(errors[-1]), longest)
        text += f"; caused by {type(errors[-1]).__name__}: {cause}"
    found = place(errors, module)
    return f"{text} ({found})" if found else text


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what it was raised from, down to the first of all."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen and type(one).__name__ not in STAND_INS:
        yield one
        seen.append(one)
        one = one.__cause__


def message(error: BaseException) -> str:
    """The first line of what the error says, with the next one where it only announces that."""
    try:
        lines = [line.strip() for line in COLOURS.sub("", str(error)).splitlines() if line.strip()]
    except Exception:
        return "its message cannot be read"
    told: list[str] = []
    for line in lines:
        if told and not (HEADING.search(told[-1]) or line.startswith("Explanation: ")):
            break
        told.append(line)
    return " ".join(told) or "no message"


def place(errors: Iterable[BaseException], module: str) -> str | None:
    """File, line and source of the last frame that is ``module``'s own; the cause's comes first."""
    for error in reversed(list(errors)):
        frames = traceback.extract_tb(error.__traceback__)
        for frame in reversed(frames):
            if is_own(frame.filename, module):
                where = f"{PurePath(frame.filename).name}:{frame.lineno}"
                return f"{where}: {frame.line[:LONGEST_LINE]}" if frame.line else where
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a framework ran out of memory; each says so in its own way."""
    said = OUT_OF_MEMORY.search(f"{type(error).__name__} {error}")
    return isinstance(error, MemoryError) or said is not None
