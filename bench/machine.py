"""The machine as a process of its container sees it: what is recorded, shown and compared."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.container import Container, read_text

KNOWN_VERSIONS = (
    *("numpy", "torch", "triton", "pytorch-triton", "jax", "jaxlib", "numba", "llvmlite"),
    *("autograd", "casadi", "tensorflow", "tensorflow-cpu", "mlx", "mlx-cpu", "mlx-metal"),
    *("tinygrad",),
    *("pytest", "pytest-benchmark", "autograd-bench"),
)
# One wheel for each version of CUDA, and of what they load: JAX's plugins, cuBLAS, cuDNN, NVRTC
KNOWN_FAMILIES = ("cupy", "jax-cuda", "nvidia-")

USUAL_L2_BYTES = 2**20


def n_cpus() -> int:
    """CPUs this process may run on: those of its container and of its affinity."""
    limits = [cpus for cpus in (affinity(), Container().cpus) if cpus]
    return len(set.intersection(*map(set, limits))) if limits else os.cpu_count() or 1


def machine_facts() -> dict[str, Any]:
    """What the machine is to this process, its container, without host name, user name or path.

    A process that keeps itself to fewer CPUs asks before it does.
    """
    return {
        "cpu": cpu_name(),
        "cpus": n_cpus(),
        "cpu_quota": Container().cpu_quota,
        "memory_bytes": memory_bytes(),
        "host_cpus": os.cpu_count(),
        "host_memory_bytes": host_memory_bytes(),
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "governor": read_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Installed versions of what can move a number, read from the metadata, not by importing."""
    found = {}
    for name in KNOWN_VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found | dict(sorted(dict(members_of_families()).items()))


def members_of_families() -> Iterator[tuple[str, str]]:
    """Name and version of the installed members of KNOWN_FAMILIES, by the names of their folders.

    Reading the metadata of all that is installed would take a quarter of a second.
    """
    for place in reversed(sys.path):  # what comes first is what is imported
        for folder in Path(place).glob("*-*.dist-info"):
            name, version = folder.name.removesuffix(".dist-info").lower().rsplit("-", 1)
            if (name := name.replace("_", "-")).startswith(KNOWN_FAMILIES):
                yield name, version


def cpu_name() -> str:
    """The processor's model name, or the architecture where the system does not tell."""
    listed = read_text("/proc/cpuinfo") or ""
    named = re.search(r"^model name\s*:\s*(.+)$", listed, re.MULTILINE)
    return named.group(1) if named else platform.processor() or platform.machine()


def memory_bytes() -> int | None:
    """Bytes of memory that this process's container may use, None where nothing tells."""
    told = (host_memory_bytes(), Container().memory_bytes)
    return min((n for n in told if n is not None), default=None)


def host_memory_bytes() -> int | None:
    """Physical memory in bytes, None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def l2_bytes() -> int:
    """Bytes of a CPU's own second-level cache, a usual number where the system does not tell."""
    first = (affinity() or [0])[0]
    for index in Path(f"/sys/devices/system/cpu/cpu{first}/cache").glob("index*"):
        if read_text(str(index / "level")) == "2":
            size = re.fullmatch(r"(\d+)K", read_text(str(index / "size")) or "")
            return int(size.group(1)) * 1024 if size else USUAL_L2_BYTES
    return USUAL_L2_BYTES


def affinity() -> list[int] | None:
    """CPUs of this process, None where the system has no such thing or does not tell."""
    try:
        return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    except OSError:
        return None
