"""The environment of a process: set before any import, read back afterwards.

Nothing here imports NumPy or a framework: both read their variables once, when they load.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from bench.container import Container, read_text

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "PJRT_NPROC",
    "TORCHINDUCTOR_COMPILE_THREADS",
)
CPU_SLACK = 0.05  # the two clocks are not read at the same moment
# CUDA's own order is by speed; the driver's tool numbers GPUs by their place on the bus
CUDA_ORDER = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
CACHES_OFF = {
    "JAX_ENABLE_COMPILATION_CACHE": "false",
    "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
    "CUDA_CACHE_DISABLE": "1",  # the driver's own, of kernels that came as PTX
}
# Frameworks ask for every GPU they see, also for an arm on the cpu: JAX makes a client, torch's
# first backward pass a thread for each, TensorFlow puts what it compiles there.
NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}
DEVICE_VARIABLES: Mapping[str, Mapping[str, str]] = {
    "cpu": {**NO_GPU, "JAX_PLATFORMS": "cpu"},
    # JAX would take three quarters of the memory when it starts, whether it needs them or not
    "cuda": {**CUDA_ORDER, "JAX_PLATFORMS": "cuda,cpu", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
    "metal": {**NO_GPU, "JAX_PLATFORMS": "METAL,cpu"},
}
KNOWN_VERSIONS = (
    *("numpy", "torch", "triton", "pytorch-triton", "jax", "jaxlib", "numba", "llvmlite"),
    *(
        "autograd",
        "casadi",
        "tensorflow",
        "tensorflow-cpu",
        "mlx",
        "mlx-cpu",
        "mlx-metal",
        "tinygrad",
    ),
    *("pytest", "pytest-benchmark", "autograd-bench"),
)
# One wheel for each version of CUDA, and of what they load: JAX's plugins, cuBLAS, cuDNN, NVRTC
KNOWN_FAMILIES = ("cupy", "jax-cuda", "nvidia-")


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


def n_cpus() -> int:
    """CPUs this process may run on: those of its container and of its affinity."""
    host = range(os.cpu_count() or 1)
    told = [cpus for cpus in (affinity(), Container().cpus) if cpus]
    return len(set.intersection(*map(set, told))) if told else len(host)


def n_at_once() -> int:
    """Processes that can run at full speed beside each other: a CPU each, within the quota."""
    quota = Container().cpu_quota
    return n_cpus() if quota is None else max(1, min(n_cpus(), int(quota)))


def scarcity(threads: int) -> str | None:
    """What to say before a run that asks for more CPU time than a quota leaves, else None."""
    quota = Container().cpu_quota
    if quota is None or quota >= threads:
        return None
    return (
        f"a CPU quota leaves this container {quota:.4g} CPUs of time, less than the "
        f"{counted(threads, 'thread')} asked for: the kernel stops every arm again and again, and "
        "a run so disturbed is unusable. Expected a quota of at least as much; raise it (docker "
        "run --cpus, limits.cpu in Kubernetes, CPUQuota= in systemd) or measure elsewhere."
    )


def counted(n: int, one: str, several: str | None = None) -> str:
    """Such as ``1 thread`` or ``4 threads``."""
    return f"{n} {one if n == 1 else several or f'{one}s'}"


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
        found.append(f"the process may use {len(facts['affinity'])} CPUs")
    if facts["threads_inside_affinity"] is False:
        found.append("a thread may leave the process's CPUs")
    found += [f"{x:.2f} CPUs were busy at once" for x in cpu_per_wall if x > threads + CPU_SLACK]
    return found


def affinity() -> list[int] | None:
    """CPUs of this process, None where the system has no such thing or does not tell."""
    try:
        return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    except OSError:
        return None


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
    if sys.platform == "linux":
        with suppress(OSError):  # some sandboxes have no such file
            Path("/proc/self/clear_refs").write_text("5")


def peak_memory_bytes() -> int | None:
    """Peak resident memory since the reset, None where the system does not tell."""
    listed = re.search(r"^VmHWM:\s*(\d+) kB$", read_text("/proc/self/status") or "", re.MULTILINE)
    return int(listed.group(1)) * 1024 if listed else None
