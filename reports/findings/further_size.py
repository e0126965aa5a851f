"""A further size of a sweep: what of its findings the document of the run's own size tells."""

from __future__ import annotations

from reports.findings.cells import Cell
from reports.findings.disturbed import Disturbed
from reports.findings.document import Part
from reports.findings.files import Files
from reports.findings.null_arm import NullArm
from reports.findings.pairs import Pair
from reports.findings.problem import Problem
from reports.findings.terms import Count, Planned


class Size(Part, frozen=True, eq=False):
    """A further size: the same arms on another problem."""

    size: str
    """Name of its folder in sizes/."""
    problem: Problem
    n_blocks: Planned
    n_missing: Count
    """Planned processes that never ran, though nothing was wrong with their arm."""
    null_arm: NullArm
    cells: tuple[Cell, ...]
    """Every arm in every phase at this size."""
    pairs: tuple[Pair, ...]
    """Every pair of arms in every repeated phase at this size, new ÷ old."""
    disturbed: Disturbed
    files: Files
