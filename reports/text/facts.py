"""Facts in words: each under a name, and its numbers in a unit, that people read.

A program finds them by their keys in cells.json.
"""

from __future__ import annotations

from collections.abc import Callable

from reports.text.numbers import plain, seconds_text

NAMES = {
    "affinity": "numbers of the CPUs it was kept to",
    "call_overhead_seconds": "what the harness adds to a call",
    "celsius": "temperature",
    "compile_seconds": "time compiling",
    "cpu": "processor",
    "cpu_quota": "quota of CPU time, in CPUs",
    "cpus": "CPUs",
    "device_peak_bytes": "most memory taken on the device",
    "drawing_an_order_seconds": "time to draw an order",
    "dropped_switches": "variables that were dropped",
    "governor": "governor of the CPUs' frequency",
    "gpu": "GPU",
    "gpu.gpu": "GPU",
    "host_cpus": "CPUs of the host",
    "host_memory_bytes": "memory of the host",
    "interop_threads": "threads between operations",
    "lower_seconds": "time lowering",
    "machine": "architecture",
    "matmul_precision": "precision of matrix products",
    "max_sm_clock_mhz": "SM clock at most",
    "memory_bytes": "memory",
    "other_frameworks": "other frameworks that were loaded",
    "peak_memory_after_first_epoch_bytes": "most memory taken up to the first epoch",
    "peak_memory_after_first_gradient_bytes": "most memory taken up to the first gradient",
    "peak_memory_bytes": "most memory taken",
    "problem_alignment_bytes": "alignment of the data",
    "problem_sha256": "SHA-256 of the problem",
    "python": "Python",
    "sm_clock_mhz": "SM clock",
    "system": "operating system",
    "tf32": "TF32",
    "threads_asked": "threads asked for",
    "threads_inside_affinity": "every thread keeps to these CPUs",
    "timed_orders.n": "timed orders",
    "timed_orders.sha256": "SHA-256 of the timed orders",
    "timed_orders_sha256": "SHA-256 of the timed orders",
    "trace_seconds": "time tracing",
    "watts": "power",
}
GROUPS = {  # what stands before a dot; the name of what stands behind it is filled in
    "compositions": "{} is found by",
    "framework": "framework: {}",
    "framework_after_first_epoch": "framework, after the first epoch: {}",
    "framework_after_first_gradient": "framework, after the first gradient: {}",
    "gpu": "GPU: {}",
    "kept_variables": "kept variable {}",
    "pools": "threads of {}",
    "versions": "version of {}",
}
AS_THEY_ARE = ("kept_variables", "pools", "versions")  # behind the dot stands a name of others
BYTES = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "bytes"))
MOST = 1e300  # what a float holds with room for a unit
Written = Callable[[float], str]


def fact_name(key: str) -> str:
    """What the fact under the dotted ``key`` is, in words."""
    group, _, rest = key.partition(".")
    if key in NAMES or not rest or group not in GROUPS:
        return _plain_name(key)
    return GROUPS[group].format(rest if group in AS_THEY_ARE else _plain_name(rest))


def _plain_name(key: str) -> str:
    if key in NAMES:
        return NAMES[key]
    unit = next((suffix for suffix in UNITS if key.endswith(suffix)), "")
    return key.removesuffix(unit).replace("_", " ").replace(".", ", ") or key


def bytes_text(n_bytes: float) -> str:
    """Such as ``23.5 GiB``: in the unit that keeps it from 1 to 1024, where there is one."""
    size, unit = next((one for one in BYTES if abs(n_bytes) >= one[0]), BYTES[-1])
    return f"{plain(n_bytes / size)} {unit}"


UNITS: dict[str, Written] = {
    "_bytes": bytes_text,
    "_mib": lambda n: bytes_text(n * 2**20),
    "_seconds": seconds_text,
    "_mhz": lambda n: f"{plain(n, 4)} MHz",
}
OTHER_UNITS: dict[str, Written] = {
    "celsius": lambda n: f"{plain(n)} °C",
    "watts": lambda n: f"{plain(n)} W",
}


def number_of(key: str) -> Written | None:
    """How a number under the dotted ``key`` is written; None where it has no unit."""
    by_suffix = (number for suffix, number in UNITS.items() if key.endswith(suffix))
    found = next(by_suffix, OTHER_UNITS.get(key.rpartition(".")[2]))
    return None if found is None else lambda n: found(max(min(n, MOST), -MOST))
