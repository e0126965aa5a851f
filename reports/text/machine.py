"""The machine in words: one line that goes with every number of a run."""

from __future__ import annotations

from reports.findings.machine import Machine
from reports.text.counted import counted, noun
from reports.text.names import visible
from reports.text.numbers import plain

LONGEST = 60


def machine_text(machine: Machine) -> str:
    """Such as ``A Processor, 2 CPUs, 1 thread, Python 3.11.7``."""
    cpu = visible(" or ".join(machine.cpu), LONGEST) or "an unknown processor"
    gpu = [visible(name, LONGEST) for name in machine.gpu]
    threads = counted(machine.threads, "thread")
    told = " and ".join(machine.python)
    python = ["Python " + visible(told, LONGEST)] if machine.python else []
    return ", ".join([cpu, *_box(machine), *gpu, threads, *python])


def _box(machine: Machine) -> list[str]:
    """The CPUs, the quota and the memory, as far as they were told."""
    cpus = f"{' or '.join(map(str, machine.cpus))} {noun(max(machine.cpus, default=0), 'CPU')}"
    quotas = [f"{quota:.4g}" for quota in machine.cpu_quota if quota is not None]
    last = [f"{quotas[-1]} {noun(float(quotas[-1]), 'CPU')}"] if quotas else []
    quota = [f"a quota of {' or '.join([*quotas[:-1], *last])}"] if quotas else []
    sizes = list(dict.fromkeys(plain(n / 2**30, 2) for n in machine.memory_bytes))
    memory = [f"{' or '.join(sizes)} GiB"] if sizes else []
    return [*([cpus] if machine.cpus else []), *quota, *memory]
