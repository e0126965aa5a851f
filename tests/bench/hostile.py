"""Hostile surroundings: encodings that lack most characters, names that hold every other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.runner.allow_list import dropped_switches

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = os.fsdecode(b"r\xff\n\xe2\x80\xaex\xe2\x80\xa8\t<b>'\"\x1b[31m")  # no slash, no NUL
POSIX = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENCODINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "the C locale": POSIX,
}
COMMAND = (sys.executable, "-m", "bench")


def surroundings(**variables: str) -> dict[str, str]:
    """This process's environment with ``variables``, our checkout on the path.

    Without the switches that are set here, such as pytest's own: ``check`` would tell of them.
    """
    plain = {name: os.environ[name] for name in os.environ.keys() - dropped_switches(os.environ)}
    return plain | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"} | variables


def command(*words: object, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """What ``autograd-bench`` does with ``words`` in such surroundings, as bytes."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        cwd=ROOT,
        env=surroundings(**variables),
        check=False,
    )
