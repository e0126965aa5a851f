"""A crash: its cause in one line, with the last line of the arm's own code that led to it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from backends.errors import BrokenContract

LONGEST = 240  # characters of what is said, so that a line of the terminal's reasons holds all
LONGEST_LINE = 80  # of source
TAIL = 2**16  # bytes of a log that may hold the reason
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
HEADING = re.compile(r":$|^Failed in \w+ mode pipeline")  # a line that only announces the next one
# JAX hangs the frames it leaves out on an exception as if they were its cause
STAND_INS = ("JaxStackTraceBeforeTransformation", "UnfilteredStackTrace", "SimplifiedTraceback")
DUMP = "Fatal Python error: "  # with which a dying interpreter begins
FRAME = re.compile(r'File "(?P<file>.+)", line (?P<line>\d+) in (?P<function>.+)')
NOISE = re.compile(
    r"Warning\b|^\W*$|^[.FEsx]+( +\[ *\d+%\])?$|^(=+|-+) .* (=+|-+)$|^warnings\.warn|"
    r"^Extension modules: |^\d+ (passed|failed|error)|^no tests ran"
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


def shortened(text: str, longest: int = LONGEST) -> str:
    """``text``, its middle left out where it is longer: causes stand at either end."""
    half = (longest - 3) // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def place(errors: Iterable[BaseException], module: str) -> str | None:
    """File, line and source of the last frame that is ``module``'s own; the cause's comes first."""
    for error in reversed(list(errors)):
        frames = traceback.extract_tb(error.__traceback__)
        for frame in reversed(frames):
            if is_own(frame.filename, module):
                where = f"{PurePath(frame.filename).name}:{frame.lineno}"
                return f"{where}: {frame.line[:LONGEST_LINE]}" if frame.line else where
    return None


def is_own(file: str, module: str) -> bool:
    """Whether ``file`` is that of the dotted ``module``, or lies in its package."""
    path, parts = PurePath(file).as_posix(), module.split(".")
    folder = f"/{'/'.join(parts[:-1] or parts)}/"
    _, found, rest = path.rpartition(folder)
    is_alone = path.endswith(f"/{module.replace('.', '/')}.py") or path == f"{module}.py"
    return is_alone or (bool(found) and "site-packages" not in rest)


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
