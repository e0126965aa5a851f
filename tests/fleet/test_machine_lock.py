"""One block at a time on a machine, whoever asks, until the last of its processes has ended."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.fleet import machine_lock
from bench.fleet.machine_lock import NoTurn, machine_held
from bench.runner.supervisor import Supervisor
from runfiles.records import Limits

HOLDS = """
import sys
from pathlib import Path
from bench.fleet.machine_lock import machine_held
with machine_held(60, Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the machine until its standard input ends."""
    words = [sys.executable, "-c", HOLDS, str(path)]
    process = subprocess.Popen(words, stdin=-1, stdout=-1, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_one_waits_and_says_so_when_it_had_no_turn(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with holder(path) as other:
        told = r"others measured on this machine for 0\.2 s"
        with pytest.raises(NoTurn, match=told), machine_held(0.2, path):
            pass
        assert other.stdin is not None
        other.stdin.close()
        with machine_held(60, path) as held:
            assert os.fstat(held).st_ino == path.stat().st_ino


def test_a_killed_holder_frees_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with holder(path) as other:
        other.kill()
        with machine_held(60, path):
            pass


def test_an_arm_holds_the_machine_although_its_block_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with machine_held(60, path) as held:
        child = subprocess.Popen(["sleep", "600"], pass_fds=[held])
    try:
        with pytest.raises(NoTurn), machine_held(0.2, path):
            pass
    finally:
        child.kill()
        child.wait()
    with machine_held(60, path):
        pass


def test_a_supervisor_hands_its_descriptors_on(tmp_path: Path) -> None:
    path, told = tmp_path / "lock", tmp_path / "told"
    code = "import os, sys; print(os.fstat(int(sys.argv[1])).st_ino)"
    with machine_held(60, path) as held:
        words = [sys.executable, "-c", code, str(held)]
        Supervisor(kept=(held,)).run(words, {}, told, Limits(seconds=60), "test of descriptors")
    assert int(told.read_text()) == path.stat().st_ino


def test_everybody_may_lock_the_file_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        os.close(machine_lock.opened(tmp_path / "lock"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o666


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to be another user")
def test_another_users_file_in_a_folder_that_is_everybodys_is_locked_too(tmp_path: Path) -> None:
    """Where Linux protects such files, opening one with O_CREAT is refused."""
    tmp_path.chmod(0o1777)
    path = tmp_path / "lock"
    os.close(machine_lock.opened(path))
    os.chown(path, 12345, 12345)
    with machine_held(1, path):
        pass


def test_a_file_that_is_not_for_everybody_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match=r"the lock of this machine: .*\(chmod 666 by its owner\)"):
        machine_lock.opened(tmp_path / "lock")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_was_removed_while_it_was_waited_for_is_not_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next makes another one, and would measure beside its holder."""
    path, n_waits, wait_for = tmp_path / "lock", [0], machine_lock.wait_for

    def removed_first(descriptor: int, seconds: float) -> None:
        n_waits[0] += 1
        if n_waits[0] == 1:
            path.unlink()
        wait_for(descriptor, seconds)

    monkeypatch.setattr(machine_lock, "wait_for", removed_first)
    with machine_held(60, path) as held:
        assert os.path.samestat(os.fstat(held), path.stat())
    assert n_waits == [2]


def test_a_lock_that_is_used_does_not_grow_old(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    os.close(machine_lock.opened(path))
    os.utime(path, (0, 0))
    with machine_held(60, path):
        assert path.stat().st_mtime > 0
