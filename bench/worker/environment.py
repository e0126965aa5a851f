"""The environment of a process: set before any import, read back afterwards.

Nothing here imports NumPy or a framework: both read their variables once, when they load.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from bench.container import read_text
from bench.machine import affinity
from bench.variables import CACHES_OFF, DEVICE_VARIABLES, THREAD_VARIABLES
from problems.counted import counted

CPU_SLACK = 0.05  # the two clocks are not read at the same moment
PEAKS: list[int] = []  # bytes that the kernel's peak had come to before it was started anew


def restrict(threads: int, device: str = "cpu") -> None:
    """Limit every pool of this process and its children to ``threads``, and the CPUs to as many.

    And the devices to ``device``. The last allowed CPUs are taken: the first one serves most
    interrupts. Raises BadInput.
    """
    pools = dict.fromkeys(THREAD_VARIABLES, str(threads))
    os.environ.update({**pools, **CACHES_OFF, **DEVICE_VARIABLES[device]})
    allowed = affinity()
    if allowed is not None and len(allowed) > threads:
        keep_to(allowed[-threads:], len(allowed))


def keep_to(cpus: Sequence[int], n_allowed: int) -> None:
    """Keep this process and its children to ``cpus``. Raises BadInput where that is forbidden."""
    try:
        os.sched_setaffinity(0, set(cpus))
    except OSError as error:
        raise BadInput(
            f"this process cannot be kept to {counted(len(cpus), 'CPU')} of its {n_allowed}: "
            f"sched_setaffinity says {error.strerror!r}. Expected a sandbox that allows it: a "
            "framework may use every CPU that it finds. Allow the call, or start the command on "
            "so many CPUs from outside, such as by taskset or docker run --cpuset-cpus."
        ) from error


def thread_facts() -> dict[str, Any]:
    """Threads of every pool that can be asked, and whether each thread keeps to the CPUs."""
    from threadpoolctl import threadpool_info

    pools: dict[str, int] = {}
    for pool in threadpool_info():
        name = f"{pool['internal_api']} {pool['version'] or ''}".strip()
        pools[name] = max(pool["num_threads"], pools.get(name, 0))
    return {"pools": pools, "affinity": affinity(), "threads_inside_affinity": threads_inside()}


def breaches(facts: dict[str, Any], threads: int, cpu_per_wall: list[float]) -> list[str]:
    """How a measured process broke the contract of ``threads``; empty where it kept it.

    XLA keeps a dozen threads whatever is asked: the CPUs they may run on are what binds them.
    """
    told = {f"{name} pool": n for name, n in facts["pools"].items()}
    own = facts["framework"]
    told |= {
        f"framework's {name}": own[name] for name in ("threads", "interop_threads") if name in own
    }
    found = [f"the {name} says {n}" for name, n in told.items() if n != threads]
    if facts["affinity"] is not None and len(facts["affinity"]) != threads:
        found.append(f"the process may use {counted(len(facts['affinity']), 'CPU')}")
    if facts["threads_inside_affinity"] is False:
        found.append("a thread may leave the process's CPUs")
    found += [f"{x:.2f} CPUs were busy at once" for x in cpu_per_wall if x > threads + CPU_SLACK]
    return found


def threads_inside() -> bool | None:
    """Whether every thread's own affinity lies inside the process's, None where nothing tells."""
    if sys.platform != "linux":
        return None
    try:
        mine = os.sched_getaffinity(0)
        for thread in Path("/proc/self/task").iterdir():
            with suppress(ProcessLookupError):  # it may have ended since it was listed
                if not os.sched_getaffinity(int(thread.name)) <= mine:
                    return False
    except OSError:  # a sandbox forbids the question
        return None
    return True


def reset_peak_memory() -> None:
    """Start the peak anew: on Linux it survives ``exec`` and would show the parent's."""
    restart_peak_memory()
    PEAKS.clear()


def restart_peak_memory() -> int | None:
    """Resident bytes, which the kernel's peak starts from anew; None where it cannot.

    What its peak was before is not lost to ``peak_memory_bytes``.
    """
    peak = status_bytes("VmHWM")
    if peak is None:
        return None
    with suppress(OSError):  # some sandboxes have no such file
        Path("/proc/self/clear_refs").write_text("5")
        PEAKS.append(peak)
        return status_bytes("VmRSS")
    return None


def peak_memory_bytes() -> int | None:
    """Peak resident memory since the reset, None where the system does not tell."""
    peak = status_bytes("VmHWM")
    return None if peak is None else max([peak, *PEAKS])


def status_bytes(key: str) -> int | None:
    """What the kernel says of this process's memory under ``key``, None where it says nothing."""
    listed = re.search(rf"^{key}:\s*(\d+) kB$", read_text("/proc/self/status") or "", re.MULTILINE)
    return int(listed.group(1)) * 1024 if listed else None
