"""The machine in words: one line that goes with every number of a run."""

from __future__ import annotations

from reports.findings.machine import Machine
from reports.words.names import visible
from reports.words.numbers import plain

LONGEST = 60


def machine_text(machine: Machine) -> str:
    """Such as ``A Processor, 2 CPUs, 1 thread, Python 3.11.7``."""
    cpu = visible(" or ".join(machine.cpu), LONGEST) or "an unknown processor"
    gpu = [visible(name, LONGEST) for name in machine.gpu]
    threads = f"{machine.threads} thread{'' if machine.threads == 1 else 's'}"
    told = " and ".join(machine.python)
    python = ["Python " + visible(told, LONGEST)] if machine.python else []
    return ", ".join([cpu, *_box(machine), *gpu, threads, *python])


def _box(machine: Machine) -> list[str]:
    """The CPUs, the quota and the memory, as far as they were told."""
    cpus = " or ".join(map(str, machine.cpus)) + f" CPU{'' if machine.cpus == (1,) else 's'}"
    quotas = [f"{quota:.4g}" for quota in machine.cpu_quota if quota is not None]
    quota = [f"a quota of {' or '.join(quotas)} CPUs"] if quotas else []
    sizes = list(dict.fromkeys(plain(n / 2**30, 2) for n in machine.memory_bytes))
    memory = [f"{' or '.join(sizes)} GiB"] if sizes else []
    return [*([cpus] if machine.cpus else []), *quota, *memory]
