"""CPUs, quota and memory are the container's, whichever version of control groups it lies in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.container import Container
from tests.bench.control_groups import FOREVER, version_1, version_2

GIB = 2**30


def test_a_quota_and_a_memory_limit_are_read_in_version_2(tmp_path: Path) -> None:
    files = {
        "cpu.stat": "usage_usec 5",
        "pod/cpu.max": "30000 100000",
        "pod/memory.max": str(GIB),
        "pod/cpuset.cpus.effective": "0-3,7",
    }
    found = version_2(tmp_path, "/pod", files)
    assert found.cpu_quota == 0.3
    assert found.memory_bytes == GIB
    assert found.cpus == frozenset({0, 1, 2, 3, 7})


def test_a_quota_and_a_memory_limit_are_read_in_version_1(tmp_path: Path) -> None:
    files = {
        "cpu,cpuacct/pod/cpu.cfs_quota_us": "150000",
        "cpu,cpuacct/pod/cpu.cfs_period_us": "100000",
        "memory/pod/memory.limit_in_bytes": str(GIB),
        "cpuset/pod/cpuset.cpus": "2",
    }
    found = version_1(tmp_path, "/pod", files)
    assert found.cpu_quota == 1.5
    assert found.memory_bytes == GIB
    assert found.cpus == frozenset({2})


def test_no_limit_is_none_and_the_huge_number_of_version_1_is_more_than_any_memory(
    tmp_path: Path,
) -> None:
    new = version_2(tmp_path / "2", "/a", {"a/cpu.max": "max 100000", "a/memory.max": "max"})
    assert (new.cpu_quota, new.memory_bytes) == (None, None)
    files = {
        "cpu,cpuacct/a/cpu.cfs_quota_us": "-1",
        "cpu,cpuacct/a/cpu.cfs_period_us": "100000",
        "memory/a/memory.limit_in_bytes": FOREVER,
    }
    old = version_1(tmp_path / "1", "/a", files)
    assert (old.cpu_quota, old.memory_bytes) == (None, int(FOREVER))


def test_the_smallest_limit_of_a_group_and_those_above_it_binds(tmp_path: Path) -> None:
    files = {
        "slice/cpu.max": "50000 100000",
        "slice/memory.max": str(8 * GIB),
        "slice/pod/cpu.max": "200000 100000",
        "slice/pod/memory.max": str(2 * GIB),
        "slice/pod/box/cpu.max": "max 100000",
        "slice/pod/box/memory.max": str(4 * GIB),
    }
    found = version_2(tmp_path, "/slice/pod/box", files)
    assert (found.cpu_quota, found.memory_bytes) == (0.5, 2 * GIB)


@pytest.mark.parametrize("top", ["/docker/4f", "/../.."])
def test_a_group_that_is_mounted_as_the_root_of_what_is_seen_is_the_processs_own(
    tmp_path: Path, top: str
) -> None:
    found = version_2(tmp_path, "/docker/4f", {"cpu.max": "70000 100000"}, top=top)
    assert found.cpu_quota == 0.7


def test_the_seconds_a_quota_stopped_the_group_are_added_over_the_groups(tmp_path: Path) -> None:
    stat = "nr_periods 9\nnr_throttled 4\nthrottled_usec {}"
    files = {"a/cpu.stat": stat.format(1_500_000), "a/b/cpu.stat": stat.format(500_000)}
    assert version_2(tmp_path / "2", "/a/b", files).throttled_seconds() == pytest.approx(2.0)
    old = {"cpu,cpuacct/a/cpu.stat": "nr_periods 9\nnr_throttled 4\nthrottled_time 3000000000"}
    assert version_1(tmp_path / "1", "/a", old).throttled_seconds() == pytest.approx(3.0)


def test_a_group_that_was_never_stopped_was_so_for_0_seconds(tmp_path: Path) -> None:
    files = {"a/cpu.stat": "usage_usec 5\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0"}
    assert version_2(tmp_path, "/a", files).throttled_seconds() == 0


def test_what_the_kernel_killed_for_want_of_memory_is_counted(tmp_path: Path) -> None:
    events = "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 0"
    assert version_2(tmp_path / "2", "/a", {"a/memory.events": events}).oom_kills() == 1
    control = {"memory/a/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3"}
    assert version_1(tmp_path / "1", "/a", control).oom_kills() == 3
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/vmstat").write_text("pgfault 1\noom_kill 5\n")
    assert Container(tmp_path).oom_kills() == 5


def test_a_machine_that_tells_nothing_has_no_limit_and_no_counter(tmp_path: Path) -> None:
    found = Container(tmp_path)
    assert (found.cpus, found.cpu_quota, found.memory_bytes) == (None, None, None)
    assert (found.throttled_seconds(), found.oom_kills()) == (None, None)
