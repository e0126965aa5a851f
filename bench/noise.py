"""Noise: what the machine did to a process while it was measured, by the kernel's counters."""

from __future__ import annotations

import re
import resource
import time
from dataclasses import dataclass
from typing import Any

from bench.environment import read_text

TOLERATED = {"steal_share": 0.02, "lost_share": 0.05}  # shares of a phase's time


@dataclass(frozen=True)
class Counters:
    """Readings at one moment; seconds since some fixed point, or counts. None: not told."""

    wall_seconds: float
    cpu_seconds: float
    involuntary_switches: int
    steal_ticks: int | None
    total_ticks: int | None
    cpu_pressure_microseconds: int | None

    @classmethod
    def now(cls) -> Counters:
        steal, total = ticks()
        return cls(
            wall_seconds=time.perf_counter(),
            cpu_seconds=time.process_time(),
            involuntary_switches=resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw,
            steal_ticks=steal,
            total_ticks=total,
            cpu_pressure_microseconds=pressure(),
        )

    def until(self, later: Counters) -> dict[str, float | int | None]:
        """What happened between this moment and ``later``."""
        wall = later.wall_seconds - self.wall_seconds
        cpu = later.cpu_seconds - self.cpu_seconds
        return {
            "wall_seconds": wall,
            "cpu_seconds": cpu,
            "cpu_per_wall": cpu / wall if wall > 0 else None,
            "involuntary_switches": later.involuntary_switches - self.involuntary_switches,
            "steal_share": share(
                difference(later.steal_ticks, self.steal_ticks),
                difference(later.total_ticks, self.total_ticks),
            ),
            "cpu_pressure_share": share(
                difference(later.cpu_pressure_microseconds, self.cpu_pressure_microseconds),
                wall * 1e6,
            ),
        }


def disturbances(record: dict[str, Any]) -> list[str]:
    """What disturbed the process of a raw record, by counters alone; never by its times."""
    phases = ((name, phase.get("noise", {})) for name, phase in record["phases"].items())
    return [
        f"{phase}: {key} {found[key]:.2f} above {limit}"
        for phase, found in ((name, noise | {"lost_share": lost(noise)}) for name, noise in phases)
        for key, limit in TOLERATED.items()
        if found.get(key) is not None and found[key] > limit
    ]


def lost(noise: dict[str, Any]) -> float | None:
    """The share of a phase in which others had the CPU that this process waited for.

    Pressure alone is no sign of others: an engine whose own threads take turns on one CPU
    makes up to 0.5 of it, and keeps that CPU wholly busy. Nor is an idle CPU: the process may
    have waited for a compiler or a GPU, and then nobody pressed.
    """
    pressed, used = noise.get("cpu_pressure_share"), noise.get("cpu_per_wall")
    return None if pressed is None or used is None else min(pressed, max(0.0, 1.0 - used))


def ticks() -> tuple[int | None, int | None]:
    """Ticks stolen by the hypervisor, and all ticks, of all CPUs since boot."""
    line = re.match(r"cpu\s+([\d ]+)", read_text("/proc/stat") or "")
    if line is None:
        return None, None
    counts = [int(count) for count in line.group(1).split()]
    return counts[7], sum(counts[:8])  # user nice system idle iowait irq softirq steal


def pressure() -> int | None:
    """Microseconds since boot in which some task waited for a CPU."""
    found = re.search(r"^some .*total=(\d+)", read_text("/proc/pressure/cpu") or "", re.MULTILINE)
    return int(found.group(1)) if found else None


def difference(later: int | None, earlier: int | None) -> int | None:
    return None if later is None or earlier is None else later - earlier


def share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None
