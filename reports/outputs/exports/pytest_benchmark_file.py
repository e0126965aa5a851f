"""The pytest-benchmark file: a whole run as ``pytest-benchmark compare`` and its histogram read it.

A benchmark is one arm in one phase at one size. Its data are one number a process, the median of
the process's rounds: rounds are never pooled. The statistics of these numbers are the library's.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest_benchmark
from pytest_benchmark.stats import Stats

from reports.findings.cells import IDENTITY
from reports.findings.findings import Findings
from reports.findings.machine import Machine
from reports.outputs.encoder import Json, estimate_keys
from reports.outputs.exports.benchmark import Benchmark, benchmarks_at, size_words
from reports.text.null_arm import unusable_text

# A run does not record a commit; these are the library's own words where it finds no repository.
NO_COMMIT: dict[str, Json] = {
    "id": "unversioned",
    "time": None,
    "author_time": None,
    "dirty": None,
    "project": "autograd-bench",
    "branch": "(unknown)",
}


def pytest_benchmark_json(findings: Findings) -> dict[str, Json]:
    """All arms, repeated phases and cases of the run in one file."""
    own = None if findings.problems else findings
    return {
        "machine_info": _machine_info(findings.machine),
        "commit_info": dict(NO_COMMIT),
        "benchmarks": [found for one in findings.cases for found in _of_size(one, one is own)],
        "datetime": findings.created,
        "version": str(pytest_benchmark.__version__),
    }


def _of_size(findings: Findings, is_own: bool) -> list[Json]:
    data: dict[tuple[int, str], list[float]] = {}
    for block in findings.blocks_there:  # in their order
        data.setdefault((block.arm, block.phase), []).append(block.seconds)
    return [
        _benchmark(one, is_own, data[one.cell.arm.index, one.cell.phase])
        for one in benchmarks_at(findings)
    ]


def _benchmark(one: Benchmark, is_own: bool, seconds: Iterable[float]) -> dict[str, Json]:
    spec = one.findings.run.plan.problem
    params: dict[str, Json] = {
        "phase": one.cell.phase,
        "problem": spec.objective,
        "n_examples": spec.n_examples,
        **spec.counts,
        "batch_size": spec.batch_size,
    }
    return {
        "group": _group(one, is_own),
        "name": one.label,
        "fullname": one.name,
        "params": params,
        "param": size_words(spec, one.cell.phase),
        "extra_info": _extra_info(one),
        "options": {},
        "stats": _stats(seconds),
    }


def _group(one: Benchmark, is_own: bool) -> str:
    """The phase, with what a reader of the table must know beside it."""
    spec = one.findings.run.plan.problem
    is_plain = is_own and spec.steps is None
    words = one.cell.phase if is_plain else f"{one.cell.phase}, {one.size}"
    return words if one.findings.null_arm.is_usable else f"{words} (unusable evidence)"


def _stats(seconds: Iterable[float]) -> dict[str, Json]:
    """The library's statistics of ``seconds``; a round of its is a process of ours."""
    stats = Stats()
    for one in seconds:
        stats.update(one)
    return {**stats.as_dict(), "data": list(stats.data), "iterations": 1}


def _extra_info(one: Benchmark) -> dict[str, Json]:
    arm, findings = one.cell.arm, one.findings
    words: dict[str, Json] = {
        "arm": arm.name,
        **{name: getattr(arm, name) for name in IDENTITY.keys},
        "null_of": None if arm.null_of is None else findings.arms[arm.null_of].name,
        "baseline": one.cell.baseline.name,
        "verdict": one.cell.verdict,
        "unusable": unusable_text(findings.null_arm),
        "a round is": "one process, by the median of its own rounds",
    }
    spec = one.findings.run.plan.problem
    sizes = {"steps": spec.steps, "n_visited": spec.n_visited}
    if spec.trained:
        sizes["epochs"] = spec.epochs
    return {**words, **sizes, **estimate_keys("ratio", one.cell.ratio)}


def _machine_info(machine: Machine) -> dict[str, Json]:
    """What the run recorded, under the library's keys; null where it did not. No host name."""
    cpus: list[Json] = list(machine.cpus)
    return {
        "node": None,
        "machine": _told(machine.box["machine"]),
        "system": _told(machine.box["system"]),
        "release": _told(machine.box["kernel"]),
        "python_implementation": _told(machine.box["implementation"]),
        "python_version": _told(machine.python),
        "cpu": {
            "brand_raw": _told(machine.cpu, " or "),
            "count": cpus[0] if len(cpus) == 1 else cpus or None,
        },
        "gpu": _told(machine.gpu),
        "threads": machine.threads,
    }


def _told(texts: tuple[str, ...], between: str = " and ") -> str | None:
    return between.join(texts) or None
