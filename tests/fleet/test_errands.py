"""What a worker is asked to do, by one whose connection may be lost at any moment."""

from __future__ import annotations

import io
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.fleet import block, errands
from bench.runner.supervisor import Supervisor
from runfiles.records import Limits
from tests.fleet.cluster import measuring, until

WAITS = "tests.fleet.sham_wait"


def test_a_late_owner_leaves_its_successors_block_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers of one machine, of which the first has not seen yet that nobody wants it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(errands, "own_worker", lambda: SimpleNamespace(id="worker"))
    monkeypatch.setattr(errands, "still_wanted", lambda: lambda: True)
    run = tmp_path.name
    with ThreadPoolExecutor() as pool:
        first = pool.submit(errands.measured, run, "worker", b"600", WAITS)
        until(lambda: measuring(run))
        second = pool.submit(errands.measured, run, "worker", b"1", WAITS)
        assert first.result(60)[0] == -9
        assert second.result(60)[0] == 0


def test_a_block_whose_input_ended_starts_nothing_more_although_the_signal_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = Supervisor()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: None)
    block.end_with_input(supervisor.stop)
    words = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(KeyboardInterrupt):
        supervisor.run(words, {}, tmp_path / "log", Limits(seconds=60), "test of a lost signal")
