"""Blame: the line of an objective's own file that was at fault, for the person who wrote it."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path
from types import CodeType

LONGEST_LINE = 80


def code_of(function: object) -> CodeType | None:
    """The code of ``function``, or of what a partial one calls; None where it is not Python."""
    code = getattr(getattr(function, "func", function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def blamed(error: BaseException, function: object) -> str:
    """File, line and text of the last line of ``function``'s file that led to ``error``."""
    code = code_of(function)
    return "" if code is None else blamed_in(error, code.co_filename)


def blamed_in(error: BaseException, file: str) -> str:
    """File, line and text of the last line of ``file`` that led to ``error``, in brackets."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return f" ({place(file, error.lineno or 0)})"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return f" ({place(file, lines[-1] or 0)})" if lines else ""


def last_line(function: object) -> str:
    """File, line and text of the last line of ``function``, which is what it returns."""
    code = code_of(function)
    lines = [] if code is None else [number for *_, number in code.co_lines() if number]
    return f" ({place(code.co_filename, max(lines))})" if code is not None and lines else ""


def place(file: str, number: int) -> str:
    """File, line and text of a line."""
    linecache.checkcache(file)
    text = linecache.getline(file, number).strip()[:LONGEST_LINE]
    return f"{Path(file).name}:{number}: {text}" if text else f"{Path(file).name}:{number}"
