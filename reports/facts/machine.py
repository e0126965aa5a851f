"""The machine: what a run was measured on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runfiles.records import Process
from runfiles.run import Run


@dataclass(frozen=True)
class Machine:
    """What every number of a run depends on; several values where processes disagree."""

    cpu: tuple[str, ...]
    cpus: tuple[int, ...]
    gpu: tuple[str, ...]
    python: tuple[str, ...]
    threads: int
    cpu_quota: tuple[float | None, ...]  # CPUs of time; None: no quota; nothing in older runs
    memory_bytes: tuple[int, ...]


def machine(run: Run) -> Machine:
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


def distinct(values: Iterable[object]) -> tuple[str, ...]:
    """The texts among ``values``, each once, sorted."""
    return tuple(sorted({value for value in values if isinstance(value, str)}))
