"""The suite as its processes reach it: a folder of links to our packages, and nothing besides.

The folder our packages are installed in is no such thing: in a wheel it is the site-packages of
the command's interpreter, and with it on the path an arm of another interpreter would import the
command's frameworks.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

from backends.errors import BadInput
from bench.identity import DIGITS
from bench.runner import import_path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("backends", "bench", "problems", "runfiles")  # what a process needs of us


class Suite:
    """The folder, made when a run starts and removed when it is over. Raises BadInput."""

    def __init__(self) -> None:
        made = temporary_folder()
        weakref.finalize(self, made.cleanup)
        folder = Path(made.name).resolve()
        self.packages = folder / "packages"  # first on the import path of every process
        self.work = folder / "work"  # theirs: the user's own may hold what frameworks read
        self.packages.mkdir()
        self.work.mkdir()
        for name in PACKAGES:
            (self.packages / name).symlink_to(ROOT / name)

    def command(self, python: str | None, module: str, words: Sequence[str]) -> list[str]:
        """The command line that runs ``module`` by ``python``; None is this interpreter.

        ``-P``: no folder of a script. An interpreter of its own finds what ``python -I`` has
        there; this one also its user's packages and, last of all, what the user added.
        """
        is_own = python is None
        isolated = [] if is_own and not sys.flags.no_user_site else ["-s"]
        last = json.dumps(import_path.given() if is_own else [])
        start = [str(self.packages / "bench" / "worker" / "start.py"), last, str(self.work)]
        return [python or sys.executable, "-P", *isolated, *start, module, *words]

    def pytest(self, python: str | None, words: Sequence[str]) -> list[str]:
        """The command line of the benchmark suite, under our configuration alone."""
        bench = str(self.packages / "bench")
        ours = [
            f"--config-file={bench}/worker/worker.ini",
            f"--rootdir={bench}",
            f"--confcutdir={bench}",
        ]
        plugins = ["--disable-plugin-autoload", "-p", "pytest_benchmark.plugin"]
        return self.command(python, "pytest", [*ours, *plugins, f"{bench}/test_phases.py", *words])


def sources() -> str:
    """What tells the suite's own files from those of another version: a hash, its first digits."""
    found = hashlib.sha256()
    for path in sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py")):
        found.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:DIGITS]


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder, to be cleaned up. Raises BadInput where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="autograd-bench-")
    except OSError as error:
        raise BadInput(
            f"no folder for temporary files can be made: {error}. Expected one that can be "
            "written, with some room; set TMPDIR to it."
        ) from error
