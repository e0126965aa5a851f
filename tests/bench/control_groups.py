"""Control groups: files as the kernel shows them, and real groups where one may be made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.container import Container

V2_MOUNT = "30 23 0:26 {top} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1_MOUNT = "{n} 31 0:{n} {top} /sys/fs/cgroup/{name} rw,relatime - cgroup cgroup rw,{name}"
FOREVER = "9223372036854771712"  # what version 1 says where there is no limit


def write(root: Path, files: dict[str, str]) -> None:
    """Files by their paths below ``root``."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


def version_2(root: Path, path: str, files: dict[str, str], top: str = "/") -> Container:
    """A process in the group ``path``; ``files`` lie below /sys/fs/cgroup."""
    write(root, {f"sys/fs/cgroup/{name}": text for name, text in files.items()})
    own = {"cgroup": f"0::{path}", "mountinfo": V2_MOUNT.format(top=top)}
    write(root / "proc/self", own)
    return Container(root)


def version_1(root: Path, path: str, files: dict[str, str], top: str = "/") -> Container:
    """The same of the older version, with one hierarchy a controller."""
    write(root, {f"sys/fs/cgroup/{name}": text for name, text in files.items()})
    names = ("cpu,cpuacct", "cpuset", "memory")
    groups = [f"{n}:{name}:{path}" for n, name in enumerate(names, start=1)]
    mounts = [V1_MOUNT.format(n=n, top=top, name=name) for n, name in enumerate(names, start=31)]
    write(root / "proc/self", {"cgroup": "\n".join(groups), "mountinfo": "\n".join(mounts)})
    return Container(root)


@contextmanager
def real_group(controller: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Path]:
    """A new control group of this machine, limited by ``old`` files of version 1 or ``new`` of 2.

    Skips the test where none can be made.
    """
    hierarchies = Container().hierarchies
    tops = hierarchies.get(controller) or hierarchies.get("")
    if not tops:
        pytest.skip(f"no control groups of {controller} here")
    group = tops[-1] / f"autograd-bench-test-{os.getpid()}"
    try:
        group.mkdir()
        for name, value in (old if controller in hierarchies else new).items():
            (group / name).write_text(value)
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        pytest.skip(f"no control group can be made here: {error}")
    try:
        yield group
    finally:
        with suppress(OSError):  # what was in it may not have ended yet
            group.rmdir()
