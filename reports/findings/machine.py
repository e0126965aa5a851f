"""The machine: what a run was measured on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from reports.findings.document import Names, Part, means
from reports.findings.names import Name, named
from runfiles.records import Process
from runfiles.run import Run


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


def machine_of(run: Run) -> Machine:
    """The machine of ``run``, as the command and every process found it."""
    told = [run.plan.environment, *(process.facts for process in run.processes)]
    return Machine(
        cpu=distinct(facts.get("cpu") for facts in told),
        cpus=tuple(sorted({n for facts in told if type(n := facts.get("cpus")) is int})),
        gpu=gpu_names(process for process in run.processes if on_gpu(run, process)),
        python=distinct(process.facts.get("python") for process in run.processes)
        or distinct([run.plan.environment.get("python")]),
        threads=run.plan.threads,
        cpu_quota=quotas(told),
        memory_bytes=tuple(sorted({n for f in told if type(n := f.get("memory_bytes")) is int})),
    )


def quotas(told: Iterable[Mapping[str, object]]) -> tuple[float | None, ...]:
    """The CPU quotas that were found, None for none, each once; older runs did not look."""
    found = {
        quota
        for facts in told
        if "cpu_quota" in facts
        and ((quota := facts["cpu_quota"]) is None or isinstance(quota, float))
    }
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


def on_gpu(run: Run, process: Process) -> bool:
    """Whether ``process`` ran an arm on another device than the CPU."""
    return run.plan.arms[process.arm].device != "cpu"


def distinct(values: Iterable[object]) -> tuple[Name, ...]:
    """The texts among ``values`` as names, each once, sorted."""
    return tuple(sorted({named(value) for value in values if isinstance(value, str)}))


def dropped_switches(run: Run) -> tuple[str, ...]:
    """Names of what was set where the command ran and would have steered a process, sorted."""
    told = (process.facts.get("dropped_switches") for process in run.processes)
    return distinct(name for names in told if isinstance(names, list) for name in names)
