"""Noise: what the machine did to a process while it was measured, by the kernel's counters."""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.container import Container, read_text
from bench.machine import affinity

TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds; what /proc/stat counts in


@dataclass(frozen=True)
class Cpu:
    """Seconds of one CPU since boot: idle, stolen by the hypervisor, and all that are counted."""

    idle: float
    stolen: float
    total: float


@dataclass(frozen=True)
class Thread:
    """Seconds that one thread ran, and that it waited for a CPU while it could have run."""

    ran: float
    waited: float


@dataclass(frozen=True)
class Counters:
    """Readings at one moment: seconds since some fixed point, or counts. None: not told."""

    wall_seconds: float
    cpu_seconds: float  # of this process, all its threads
    involuntary_switches: int
    descendants_seconds: float = 0.0  # CPU time of all that this process has started
    cpus: tuple[Cpu, ...] | None = None  # those that this process may use
    threads: Mapping[int, Thread] = field(default_factory=dict)  # by number
    pressure_seconds: float | None = None  # in which some task of the machine waited for a CPU
    throttled_seconds: float | None = None  # in which a CPU quota stopped this container

    @classmethod
    def now(cls) -> Counters:
        return cls(
            wall_seconds=time.perf_counter(),
            cpu_seconds=time.process_time(),
            involuntary_switches=resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw,
            descendants_seconds=descendants_seconds(),
            cpus=own_cpus(),
            threads=threads(),
            pressure_seconds=pressure(),
            throttled_seconds=Container().throttled_seconds(),
        )

    def until(self, later: Counters) -> dict[str, Any]:
        """What happened between this moment and ``later``."""
        wall = later.wall_seconds - self.wall_seconds
        cpu = later.cpu_seconds - self.cpu_seconds
        pressure = difference(later.pressure_seconds, self.pressure_seconds)
        found = {
            "wall_seconds": wall,
            "cpu_seconds": cpu,
            "cpu_per_wall": share(cpu, wall),
            "involuntary_switches": later.involuntary_switches - self.involuntary_switches,
            "steal_share": stolen_share(self.cpus, later.cpus),
            "cpu_pressure_share": share(pressure, wall),
            "others_share": share(others_seconds(self, later), wall),
            "throttled_share": share(
                difference(later.throttled_seconds, self.throttled_seconds), wall
            ),
        }
        found["lost_share"] = lost(found)
        return found


def lost(noise: Mapping[str, Any]) -> float | None:
    """The share of a phase in which others had the CPU that this process waited for.

    Pressure alone is no sign of others: an engine whose own threads take turns on one CPU makes
    up to 0.5 of it. Nor is others' time: the process may have waited for a GPU meanwhile, and
    then nobody pressed.
    """
    told = [noise[key] for key in ("cpu_pressure_share", "others_share")]
    return None if noise["others_share"] is None else min(x for x in told if x is not None)


def others_seconds(before: Counters, after: Counters) -> float | None:
    """The least CPU time that other processes had of this one's CPUs; None where nothing tells.

    Two bounds from below, for each is blind to something: the CPUs' own account counts in ticks,
    which is coarse for a phase of a quarter of a second; what the threads waited is exact, but
    of several that run at once it is not known which one had to wait for whom.
    """
    cpu = after.cpu_seconds - before.cpu_seconds
    ours = cpu + after.descendants_seconds - before.descendants_seconds
    bounds = []
    if before.cpus and after.cpus and len(before.cpus) == len(after.cpus):
        bounds.append(busy_seconds(before, after) - ours)
    started = {n: before.threads.get(n, Thread(0, 0)) for n in after.threads}
    for n, thread in after.threads.items():
        siblings = ours - (thread.ran - started[n].ran)  # it may have waited for them alone
        bounds.append(thread.waited - started[n].waited - max(siblings, 0.0))
    return max(0.0, *bounds) if bounds else None


def busy_seconds(before: Counters, after: Counters) -> float:
    """The least that the CPUs were busy, being neither idle nor stolen: a tick may be cut off."""
    assert before.cpus
    assert after.cpus
    wall = after.wall_seconds - before.wall_seconds
    pairs = zip(before.cpus, after.cpus, strict=True)
    return sum(wall - (b.idle - a.idle) - (b.stolen - a.stolen) - 2 * TICK for a, b in pairs)


def stolen_share(before: tuple[Cpu, ...] | None, after: tuple[Cpu, ...] | None) -> float | None:
    """The least share of their time that the hypervisor took from the CPUs, to a tick."""
    if not before or not after or len(before) != len(after):
        return None
    pairs = list(zip(before, after, strict=True))
    stolen = sum(max(0.0, b.stolen - a.stolen - TICK) for a, b in pairs)
    return share(stolen, sum(b.total - a.total for a, b in pairs))


def own_cpus() -> tuple[Cpu, ...] | None:
    """The CPUs that this process may use, as /proc/stat tells of them; None where it does not."""
    mine = affinity() or ()
    lines = re.findall(r"^cpu(\d+) ([\d ]+)$", read_text("/proc/stat") or "", re.MULTILINE)
    found = [(int(n), [int(x) * TICK for x in text.split()]) for n, text in lines]
    # user nice system idle iowait irq softirq steal
    cpus = (Cpu(t[3] + t[4], t[7], sum(t[:8])) for n, t in found if n in mine and len(t) > 7)
    return tuple(cpus) or None


def threads() -> dict[int, Thread]:
    """This process's threads by number; empty where the kernel does not tell."""
    found = {}
    with suppress(OSError):
        for folder in Path("/proc/self/task").iterdir():
            times = (read_text(folder / "schedstat") or "").split()
            if len(times) == 3 and times[0] != "0":  # nanoseconds run and waited; no accounting: 0
                found[int(folder.name)] = Thread(int(times[0]) / 1e9, int(times[1]) / 1e9)
    return found


def descendants_seconds() -> float:
    """CPU seconds of all that this process started: those that ended, and those that live."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    total, found = used.ru_utime + used.ru_stime, children(os.getpid())
    while found:
        pid = found.pop()
        found += children(pid)
        with suppress(OSError):  # it has ended; the kernel numbers a process's clock ~pid * 8 + 2
            total += time.clock_gettime(~pid << 3 | 2)
    return total


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that still live, as far as the kernel tells."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in (read_text(task) or "").split()]


def pressure() -> float | None:
    """Seconds since boot in which some task waited for a CPU."""
    found = re.search(r"^some .*total=(\d+)", read_text("/proc/pressure/cpu") or "", re.MULTILINE)
    return int(found.group(1)) / 1e6 if found else None


def difference(later: float | None, earlier: float | None) -> float | None:
    return None if later is None or earlier is None else later - earlier


def share(part: float | None, whole: float) -> float | None:
    return part / whole if part is not None and whole > 0 else None
