"""Blocks: a number a process, before any statistics; as a tidy table of a row each."""

from __future__ import annotations

import csv
import io

from reports.findings.blocks import Block
from reports.findings.findings import Findings
from reports.text.names import in_csv

COLUMNS = ("arm", "framework", "device", "dtype", "phase", "block", "seconds")


def blocks_csv(findings: Findings) -> str:
    """Every block of every case as a line of CSV, numbers in full, text never a formula.

    Of several problems each line says its own, and has the sizes that it has; of several machines
    the number of the one it was measured on.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    specs = [one.run.plan.problem for one in findings.cases]
    counts = list(dict.fromkeys(name for spec in specs for name in spec.counts))
    problem = ("problem",) if findings.problems else ()
    place = ("machine",) if findings.machines.are_several else ()
    writer.writerow((*problem, "n_examples", *counts, "batch_size", "steps", *COLUMNS, *place))
    for one in findings.cases:
        named = [in_csv(one.run.plan.problem.objective)] if findings.problems else []
        writer.writerows([*named, *_row(one, block, counts)] for block in one.blocks)
    return out.getvalue()


def _row(findings: Findings, block: Block, counts: list[str]) -> list[str | int | float | None]:
    spec, arm = findings.run.plan.problem, findings.arms[block.arm]
    words = (arm.name, arm.framework or "", arm.device, arm.dtype, block.phase)
    own = (spec.counts.get(name) for name in counts)
    sizes = (spec.n_examples, *own, spec.batch_size, spec.steps)
    return [*sizes, *map(in_csv, words), block.block, block.seconds, *_machine(findings, block)]


def _machine(findings: Findings, block: Block) -> list[int]:
    machines = findings.machines
    return [machines.names.index(block.machine) + 1] if machines.are_several else []
