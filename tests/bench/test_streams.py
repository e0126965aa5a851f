"""The end of an output: a reader that leaves, a full disk, a stream that was never open."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.hostile import COMMAND, ROOT, surroundings
from tests.bench.later import measured_later
from tests.nightly import nightly, one_by_day

STORED = ROOT / "tests" / "data" / "run-version-1"
COMMANDS = [
    ("list",),
    ("list", "--json"),
    ("report", "{run}"),
    ("report", "{run}", "--json"),
    ("compare", "{run}", "{later}"),
    ("compare", "{run}", "{later}", "--json"),
    ("check", "--backend", "numpy", "--dtype", "float32", "--json"),
    ("run", "--quick", "--blocks", "1", "--backend", "numpy", "--phase", "epoch", "--out", "{new}"),
    ("--help",),
]


def by_day(commands: Sequence[tuple[str, ...]]) -> list[Any]:
    """The commands as parameters; those that are tested without ``--json`` too at night only."""
    return [
        pytest.param(words, id=" ".join(words), marks=nightly if words[:-1] in commands else ())
        for words in commands
    ]


@pytest.fixture
def words(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """A command on a stored run that can be compared."""
    run = tmp_path / "stored"
    shutil.copytree(STORED, run)
    for raw in run.glob("raw/*.json"):
        text = raw.read_text(encoding="utf-8")
        facts = '"facts": {"cpu": "A Processor", "cpus": 2, "kernel": "6.1", "memory_bytes": 1,'
        raw.write_text(text.replace('"facts": {', facts), encoding="utf-8")
    later = measured_later(run, tmp_path / "later")
    return [word.format(run=run, later=later, new=tmp_path / "new") for word in request.param]


def ended(words: list[str], stdout: int, stderr: int = subprocess.PIPE) -> tuple[int, str]:
    """Exit code and standard error of ``autograd-bench``."""
    done = subprocess.run(
        [*COMMAND, *words],
        stdout=stdout,
        stderr=stderr,
        text=True,
        cwd=ROOT,
        env=surroundings(),
        check=False,
    )
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize("words", by_day(COMMANDS), indirect=True)
def test_a_closed_pipe_ends_quietly_with_141(words: list[str], tmp_path: Path) -> None:
    """Its other end is closed before the command writes, so that no race decides."""
    reading, writing = os.pipe()
    os.close(reading)
    code, told = ended(words, writing)
    os.close(writing)
    assert code == 141
    assert "Error" not in told
    if words[0] != "run":
        assert told == ""
    else:  # it says how far it is; what was measured is kept, and reported
        assert len(list((tmp_path / "new" / "raw").glob("*.json"))) == 2
        assert (tmp_path / "new" / "report" / "index.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", by_day(COMMANDS[:7]), indirect=True)
def test_a_full_disk_on_standard_output_is_a_message_and_2(words: list[str]) -> None:
    """``/dev/full`` answers every write as a full disk does."""
    full = os.open("/dev/full", os.O_WRONLY)
    code, told = ended(words, full)
    assert (code, told.count("\n")) == (2, 1)
    assert told.startswith("autograd-bench: cannot write to standard output: No space left")
    assert ended(["report", "no/such/run"], full, full)[0] == 2
    os.close(full)


def test_errors_into_a_closed_pipe_are_141_too() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert ended(["report", "no/such/run"], subprocess.DEVNULL, writing)[0] == 141
    os.close(writing)


@pytest.mark.parametrize("closed", one_by_day(["<&- >&- 2>&-", ">&-"]))
@pytest.mark.parametrize("words", one_by_day([COMMANDS[7], COMMANDS[0]]), indirect=True)
def test_a_stream_closed_from_the_start_changes_no_exit_code(
    words: list[str], closed: str, tmp_path: Path
) -> None:
    script = f'exec "$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=surroundings(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if words[0] == "run":
        assert (tmp_path / "new" / "report" / "index.html").exists()
