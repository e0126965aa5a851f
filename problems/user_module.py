"""The module of a user's file: its text, run once and within a limit."""

from __future__ import annotations

import ast
import hashlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType, ModuleType

from problems.blame import blamed_in, place
from problems.errors import BadObjective
from problems.source import Source

LONGEST_IMPORT = 10.0  # seconds
OURS = ("backends", "problems")  # installed, though in a clone they lie beside the file
ALONE = "a problem's file is stored and run alone, and may import what is installed"


class TookTooLong(BaseException):
    """No Exception, which a file might catch."""


@cache
def module_of(file: str, text: str, path: Path) -> ModuleType:
    """The module that ``text`` makes, run once. Raises BadObjective with the line at fault."""
    module = ModuleType(f"autograd_bench_file_{hashlib.sha256(text.encode()).hexdigest()[:16]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where dataclasses and tracers look
    try:
        with limited(LONGEST_IMPORT):
            exec(compile(text.encode(), str(path), "exec", dont_inherit=True), vars(module))
    except KeyboardInterrupt:
        raise
    except TookTooLong as error:
        raise BadObjective(
            f"{file} takes longer than {LONGEST_IMPORT:g} s to import{blamed_in(error, str(path))};"
            " expected definitions, which take no time. Data belong into make or a file of data."
        ) from error
    except BaseException as error:  # whatever a file of the user's raises, SystemExit too
        got = f"{type(error).__name__}: {error}{blamed_in(error, str(path))}"
        advice = f" ({ALONE})" if isinstance(error, ImportError) else ""
        raise BadObjective(
            f"{file} raises when it is imported: {got}; expected definitions that run through"
            f"{advice}. Try it alone: python {file}."
        ) from error
    return module


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong, where the time goes, in what takes longer.

    Only the main thread is sent alarms, and some systems have none: there nothing is limited.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, should the file catch the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def require_no_sibling(source: Source) -> None:
    """Raise BadObjective where the file imports one beside it, which no run would keep."""
    folder = source.path.parent
    for node in ast.walk(ast.parse(source.text.encode())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for top in (name.partition(".")[0] for name in names):
            file = getattr(sys.modules.get(top), "__file__", None)
            is_beside = file and Path(file).absolute().parent in (folder, folder / top)
            if is_beside and top not in OURS:
                where = place(str(source.path), getattr(node, "lineno", 0))
                raise BadObjective(
                    f"{source.file} imports {top} from beside it ({where}); {ALONE}, no file "
                    "beside it. Write what it needs into it, or install that."
                )
