"""The log of a process that left no record: what ended it, where, and what it said last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

from backends.errors import COLOURS, shortened
from backends.registry import is_own

TAIL = 2**16  # bytes of a log that may hold the reason
DUMP = "Fatal Python error: "  # with which a dying interpreter begins
FRAME = re.compile(r'File "(?P<file>.+)", line (?P<line>\d+) in (?P<function>.+)')
NOISE = re.compile(
    r"Warning\b|^\W*$|^[.FEsx]+( +\[ *\d+%\])?$|^(=+|-+) .* (=+|-+)$|^warnings\.warn|"
    r"^Extension modules: |^\d+ (passed|failed|error)|^no tests ran"
)


def place_in_dump(log: Path, module: str) -> str | None:
    """Function, file and line of ``module`` in the stack that a dying interpreter printed."""
    _, _, dump = tail(log).rpartition("(most recent call first):")
    for frame in FRAME.finditer(dump):
        if is_own(frame["file"], module):
            return f"in {frame['function']} ({PurePath(frame['file']).name}:{frame['line']})"
    return None


def last_words(log: Path) -> str:
    """How a process ended that left no result: its exception, else the last line of any use."""
    lines = [line.removeprefix("INTERNALERROR> ") for line in tail(log).splitlines()]
    lines = [line for line in lines if line.strip()]
    found = raised(lines) or ["", *lines, *useful(lines)][-1].strip()
    said = f"it last said: {shortened(found)}" if found else "it said nothing"
    return f"the process ended without a result; {said}"


def killed(how: str, log: Path, module: str) -> str:
    """How a signal ended a process, in which line of ``module``, and what was said before."""
    place = place_in_dump(log, module)
    said = useful(tail(log).partition(DUMP)[0].splitlines())
    text = f"{how} {place}" if place else how
    return f"{text}; it last said: {shortened(said[-1])}" if said else text


def useful(lines: Iterable[str]) -> list[str]:
    """Those of ``lines`` that are neither warnings nor the suite's own."""
    return [line.strip() for line in lines if line.strip() and not NOISE.search(line.strip())]


def raised(lines: list[str]) -> str | None:
    """The exception of the last traceback in ``lines``: the first line after it that is not its."""
    starts = [n for n, line in enumerate(lines) if line.startswith("Traceback (most recent call")]
    after = lines[starts[-1] + 1 :] if starts else []
    return next((line for line in after if not line.startswith(" ")), None)


def tail(log: Path) -> str:
    """The end of a log, colours left out; nothing where there is none."""
    try:
        text = log.read_bytes()[-TAIL:].decode(errors="replace")
    except OSError:
        return ""
    return COLOURS.sub("", text)
