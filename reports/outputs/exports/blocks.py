"""Blocks: a number a process, before any statistics; as a tidy table of a row each."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from reports.findings.findings import Findings
from reports.text.names import in_csv
from runfiles.phases import ANY_COLD, REPEATED
from runfiles.records import Process

PHASES = (*REPEATED, *ANY_COLD)
COLUMNS = ("arm", "framework", "device", "dtype", "phase", "block", "seconds")


@dataclass(frozen=True)
class Block:
    """One process in one phase: the median of its rounds, or what a cold phase took."""

    arm: int
    phase: str
    block: int
    seconds: float


def blocks(findings: Findings) -> tuple[Block, ...]:
    """Every number of the size that ``findings`` is of, by arm, phase and block."""
    right = [arm.status == "ok" for arm in findings.arms]
    good = (p for p in findings.run.processes if p.status == "ok" and right[p.arm])
    found = [block for process in good for block in _of_process(process)]
    return tuple(sorted(found, key=lambda one: (one.arm, PHASES.index(one.phase), one.block)))


def _of_process(process: Process) -> list[Block]:
    seconds = {phase: float(np.median(s.seconds)) for phase, s in process.phases.items()}
    seconds |= process.cold
    return [Block(process.arm, phase, process.block, took) for phase, took in seconds.items()]


def blocks_csv(findings: Findings) -> str:
    """Every block of every case as a line of CSV, numbers in full, text never a formula.

    Of several problems each line says its own, and has the sizes that it has.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    specs = [one.run.plan.problem for one in findings.cases]
    counts = list(dict.fromkeys(name for spec in specs for name in spec.counts))
    problem = ("problem",) if findings.problems else ()
    writer.writerow((*problem, "n_examples", *counts, "batch_size", "steps", *COLUMNS))
    for one in findings.cases:
        named = [in_csv(one.run.plan.problem.objective)] if findings.problems else []
        writer.writerows([*named, *_row(one, block, counts)] for block in blocks(one))
    return out.getvalue()


def _row(findings: Findings, block: Block, counts: list[str]) -> list[str | int | float | None]:
    spec, arm = findings.run.plan.problem, findings.arms[block.arm]
    words = (arm.name, arm.framework or "", arm.device, arm.dtype, block.phase)
    own = (spec.counts.get(name) for name in counts)
    sizes = (spec.n_examples, *own, spec.batch_size, spec.steps)
    return [*sizes, *map(in_csv, words), block.block, block.seconds]
