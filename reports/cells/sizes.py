"""Sizes: the further sizes of a run, each with its own evidence, in cells.json."""

from __future__ import annotations

from reports.cells.cell import Cell, cells
from reports.cells.evidence import Disturbed, NullArm, disturbed, null_arm
from reports.cells.files import Files, files
from reports.cells.pairs import Pair, pairs
from reports.cells.problem import Problem, problem
from reports.cells.terms import Count, Planned, Unusable
from reports.document import Part
from reports.estimates.ratios import Summary
from reports.words.null_arm import unusable_text


class Size(Part, frozen=True):
    """A further size: the same arms on another problem."""

    size: str
    """Name of its folder in sizes/."""
    problem: Problem
    n_blocks: Planned
    n_missing: Count
    """Planned processes that never ran, though nothing was wrong with their arm."""
    unusable: Unusable
    null_arm: NullArm
    cells: tuple[Cell, ...]
    """Every arm in every phase at this size."""
    pairs: tuple[Pair, ...]
    """Every pair of arms in every repeated phase at this size, new ÷ old."""
    disturbed: Disturbed
    files: Files


def size(summary: Summary) -> Size:
    """One further size."""
    run = summary.run
    return Size(
        size=run.name,
        problem=problem(run.plan.problem),
        n_blocks=len(run.plan.blocks),
        n_missing=summary.n_missing,
        unusable=unusable_text(summary),
        null_arm=null_arm(summary),
        cells=cells(summary),
        pairs=pairs(summary),
        disturbed=disturbed(summary),
        files=files(run),
    )
