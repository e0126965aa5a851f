"""Machines: which ones a run was measured on, in the order of their first blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reports.findings.intervals import Floats
from reports.findings.mean import ENOUGH
from runfiles.records import Process
from runfiles.run import Run

Claim = Literal["this machine", "these machines", "machines like these"]


@dataclass(frozen=True)
class Machines:
    """The machines of a run, the same in all its cases, and the one whose seconds are told.

    Seconds are never averaged over machines. Those of one are told: of the machine with the most
    processes that went well, so that as few arms as can be have none there.
    """

    names: tuple[str | None, ...] = (None,)  # hashes, None: of a run that tells none
    told: int = 0  # its place among them

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def are_several(self) -> bool:
        """Whether logs have an axis for them."""
        return self.n > 1

    @property
    def claim(self) -> Claim:
        """What ratios and their intervals speak of."""
        if self.n >= ENOUGH:
            return "machines like these"
        return "these machines" if self.are_several else "this machine"

    def is_at(self, place: int, machine: str | None) -> bool:
        """Whether that machine is the one at a place among them."""
        return not self.are_several or machine == self.names[place]

    def is_told(self, machine: str | None) -> bool:
        """Whether seconds measured there are told."""
        return self.is_at(self.told, machine)

    def told_of(self, processes: Iterable[Process]) -> tuple[Process, ...]:
        """Those of the machine whose seconds are told."""
        return tuple(process for process in processes if self.is_told(process.machine))

    def there(self, logs: Floats) -> Floats:
        """Of logs (..., machines, blocks) those of that machine, (..., blocks)."""
        return logs[..., self.told, :] if self.are_several else logs


ONE_MACHINE = Machines()


def machines_of(run: Run) -> Machines:
    """The machines that some process of ``run`` went well on, in any of its cases."""
    right = [one for case in run.cases for one in case.processes if one.status == "ok"]
    if not right:
        return ONE_MACHINE
    counts = Counter(process.machine for process in right)
    first = {machine: min(p.block for p in right if p.machine == machine) for machine in counts}
    names = sorted(counts, key=lambda machine: (first[machine], machine or ""))
    most = max(counts.values())
    return Machines(tuple(names), [counts[name] for name in names].index(most))
