"""The split: where an arm's epoch goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.intervals import Estimate

if TYPE_CHECKING:
    from reports.findings.case import Case

PARTS = ("data_iter", "gradient", "update", "rest")  # of an epoch, which they add up to


@dataclass(frozen=True, eq=False)
class Split:
    """One arm's epoch in parts."""

    arm: Arm
    epoch: Estimate
    parts: dict[str, float]  # in seconds; empty where the epoch is one program

    @property
    def shares(self) -> dict[str, float]:
        """Each part's share of what all take, those below 0 as nothing."""
        kept = {part: max(seconds, 0.0) for part, seconds in self.parts.items()}
        whole = sum(kept.values())
        return {part: seconds / whole for part, seconds in kept.items()} if whole else {}


def shares_of(case: Case, arm: Arm) -> dict[str, float]:
    """What of the arm's epoch its data, gradients and updates take; empty unless all is timed."""
    cells = {phase: case.cell(arm, phase) for phase in (*PARTS[:3], "epoch")}
    found = {phase: cell.seconds.value for phase, cell in cells.items() if cell and cell.seconds}
    whole = found.pop("epoch", None)
    if whole is None or len(found) < len(cells) - 1:
        return {}
    return {part: seconds / whole for part, seconds in found.items()}


def splits_of(case: Case) -> tuple[Split, ...]:
    """The split of every arm whose epoch has a number, in the order of their epochs."""
    return tuple(
        Split(cell.arm, cell.seconds, _parts(case, cell))
        for cell in case.timed("epoch")
        if cell.seconds
    )


def _parts(case: Case, epoch: Cell) -> dict[str, float]:
    cells = {part: case.cell(epoch.arm, part) for part in PARTS}
    found = {part: cell.seconds.value for part, cell in cells.items() if cell and cell.seconds}
    return found if len(found) == len(PARTS) else {}
