"""The import path: what the user adds to it comes last, so that none of it shadows a module."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def given() -> list[str]:
    """The folders that the user adds: those of ``PYTHONPATH``, then the working folder."""
    named = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    folders = [*named.split(os.pathsep), ""] if named else [""]
    return list(dict.fromkeys(map(absolute, folders)))


def absolute(folder: str) -> str:
    """``folder`` from the root on, links kept: an entry of ``sys.path`` is known by its text."""
    return os.path.normpath(Path(folder).absolute())


def seal() -> None:
    """Put what the user added to ``sys.path`` at its end: a ``numpy.py`` there is not NumPy."""
    last = given()
    sys.path[:] = [path for path in sys.path if absolute(path) not in last] + last
