"""The machine: what a run was measured on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from reports.findings.case import Case
from reports.findings.document import Aside, Names, Part, means
from reports.findings.names import Name, named
from runfiles.records import Process

Facts = list[dict[str, Any]]
BOX = ("machine", "system", "kernel", "implementation")


class Machine(Part, frozen=True, eq=False):
    """What the run was measured on, several values where processes disagree."""

    cpu: Names
    """Processors by name."""
    cpus: tuple[Annotated[int, means("A number of CPUs.")], ...]
    """Numbers of CPUs."""
    gpu: Names
    """GPUs by name."""
    python: tuple[Annotated[str, means("A version.")], ...]
    """Versions of Python."""
    threads: int
    """Threads that every process was to use."""
    cpu_quota: tuple[Annotated[float | None, means("A quota. Null where there is none.")], ...]
    """CPU time that a quota leaves, in CPUs. Empty where a run does not tell."""
    memory_bytes: tuple[Annotated[int, means("Bytes.")], ...]
    """Memory that the machine or its container has."""
    box: Aside[dict[str, Names]]  # what else was told of it, by ``BOX``


def machine_of(case: Case) -> Machine:
    """The machine, as the command and every process found it."""
    run = case.run
    told = [run.plan.environment, *(process.facts for process in run.processes)]
    python = distinct(process.facts.get("python") for process in run.processes)
    return Machine(
        cpu=distinct(facts.get("cpu") for facts in told),
        cpus=_counts(told, "cpus"),
        gpu=gpu_names(process for process in run.processes if on_gpu(case, process)),
        python=python or distinct([run.plan.environment.get("python")]),
        threads=run.plan.threads,
        cpu_quota=_quotas(told),
        memory_bytes=_counts(told, "memory_bytes"),
        box={name: distinct(facts.get(name) for facts in told) for name in BOX},
    )


def _counts(told: Facts, name: str) -> tuple[int, ...]:
    return tuple(sorted({n for facts in told if type(n := facts.get(name)) is int}))


def _quotas(told: Facts) -> tuple[float | None, ...]:
    """The CPU quotas that were found, None for none, each once; older runs did not look."""
    given = [facts["cpu_quota"] for facts in told if "cpu_quota" in facts]
    found = {quota for quota in given if quota is None or isinstance(quota, float)}
    return tuple(sorted(found, key=lambda quota: quota or float("inf")))


def gpu_names(processes: Iterable[Process]) -> tuple[str, ...]:
    """The GPU's names, as the frameworks say; as the driver says where no framework does."""
    processes = list(processes)
    told = distinct(fact(process, "framework", "gpu") for process in processes)
    return told or distinct(fact(process, "gpu", "gpu") for process in processes)


def fact(process: Process, group: str, name: str) -> object:
    """A fact out of a group of them, None where the process did not tell it."""
    entry = process.facts.get(group)
    return entry.get(name) if isinstance(entry, dict) else None


def on_gpu(case: Case, process: Process) -> bool:
    """Whether ``process`` ran an arm on another device than the CPU."""
    return case.arms[process.arm].device != "cpu"


def distinct(values: Iterable[object]) -> tuple[Name, ...]:
    """The texts among ``values`` as names, each once, sorted."""
    return tuple(sorted({named(value) for value in values if isinstance(value, str)}))


def dropped_switches_of(case: Case) -> Names:
    """Variables that would have steered a process and were not passed on, by name."""
    told = (process.facts.get("dropped_switches") for process in case.run.processes)
    return distinct(name for names in told if isinstance(names, list) for name in names)
