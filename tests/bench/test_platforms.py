"""Platforms: on native Windows every command says in a sentence what to do, and ends with 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench.test_cli import ROOT

# What POSIX alone has: imported, it would be an ImportError there
WINDOWS = """
import os, signal, sys
sys.platform = "win32"
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
for module, names in ((os, ("sysconf", "sched_getaffinity", "sched_setaffinity", "killpg")),
                      (signal, ("SIGHUP", "SIGALRM", "SIGKILL"))):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
"""
COMMAND = "from bench.__main__ import main\nsys.argv[0] = 'autograd-bench'\nmain()\n"
SUITE = "import bench.conftest\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        *(
            (COMMAND, words)
            for words in (
                *([], ["--help"], ["--version"], ["list"], ["check"], ["run", "--quick"]),
                *(["report", "r"], ["compare", "a", "b"]),
            )
        ),
        (SUITE, []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_native_windows_is_told_in_a_sentence_and_2(code: str, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS + code, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    for told in ("Linux and macOS", "native Windows", "WSL2", "wsl --install"):
        assert told in line
