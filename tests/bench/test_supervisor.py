"""A child that cannot be started, or whose start is interrupted, leaves a sentence or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.runner.supervisor import Ended, Supervisor, memory_used
from runfiles.records import Limits


def run(supervisor: Supervisor, folder: Path, *command: str) -> None:
    supervisor.run(command, {}, folder / "log", Limits(), "a token of this test")


def test_an_interpreter_that_cannot_be_started_is_the_arm_s_end_and_no_full_disk(
    tmp_path: Path,
) -> None:
    with pytest.raises(Ended) as caught:
        run(Supervisor(), tmp_path, str(tmp_path / "gone"))
    assert caught.value.status == "crashed"
    assert str(caught.value) == "its interpreter cannot be started: No such file or directory"


def test_what_takes_too_long_leaves_in_its_log_where_it_stood(tmp_path: Path) -> None:
    loop = (
        "import faulthandler\nfaulthandler.enable()\ndef forever():\n  while True: pass\nforever()"
    )
    with pytest.raises(Ended, match="no end after 1 s; raise --time-limit"):
        Supervisor().run(
            [sys.executable, "-c", loop], {}, tmp_path / "log", Limits(seconds=1), "a token"
        )
    assert "in forever" in (tmp_path / "log").read_text()


def test_a_child_whose_start_is_interrupted_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor, begun = Supervisor(), list[subprocess.Popen[bytes]]()
    start = subprocess.Popen

    def interrupted(*words: Any, **options: Any) -> None:
        begun.append(start(*words, **options))
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(supervisor, tmp_path, "sleep", "601.75")
    assert not psutil.pid_exists(begun[0].pid)
    begun[0].wait()  # its own account


SHARED = """
import os, sys, time
block = bytearray(64 << 20)
block[::4096] = b"x" * len(block[::4096])
for _ in range(4):
    if os.fork() == 0:
        break
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's account of shared pages")
def test_what_processes_share_is_counted_once_above_the_cap() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SHARED], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        try:
            for _ in range(5):
                assert parent.stdout.readline()
            apart = memory_used(parent.pid, cap=2**40)
            assert apart > 5 * 2**26
            assert 2**26 < memory_used(parent.pid, cap=2**26) < 2**27
        finally:
            os.killpg(parent.pid, signal.SIGKILL)
