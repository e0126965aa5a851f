"""Machines: which ones a run was measured on, in the order of their first blocks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.findings.intervals import Floats
from reports.findings.mean import ENOUGH
from runfiles.records import Plan, Process

Claim = Literal["this machine", "these machines", "machines like these"]


@dataclass(frozen=True)
class Machines:
    """The machines of a run, the same in all its cases, and the one whose seconds are told.

    Seconds are never averaged over machines. Those of one are told: of the machine with the most
    processes that went well, so that as few arms as can be have none there.
    """

    names: tuple[str | None, ...] = (None,)  # hashes, None: of a run that tells none
    told: int = 0  # its place among them
    are_alike: bool = True  # or of several kinds, where the plan took such

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
        if self.n >= ENOUGH and self.are_alike:
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


def machines_of(plan: Plan, right: Sequence[Process]) -> Machines:
    """The machines of the processes that a run of ``plan`` has its numbers from, in all cases."""
    if not right:
        return ONE_MACHINE
    counts = Counter(process.machine for process in right)
    first = {machine: min(p.block for p in right if p.machine == machine) for machine in counts}
    names = sorted(counts, key=lambda machine: (first[machine], machine or ""))
    most = max(counts.values())
    told = [counts[name] for name in names].index(most)
    return Machines(tuple(names), told, not (plan.unlike and _differ(right)))


def _differ(right: Sequence[Process]) -> bool:
    """Whether some arm ran on processors, GPUs or versions of several kinds."""
    kinds: dict[object, set[object]] = defaultdict(set)
    for process in right:
        kinds[process.backend, process.arm].add(_kind(process))
    return any(len(of_arm) > 1 for of_arm in kinds.values())


def _kind(process: Process) -> tuple[object, ...]:
    framework = process.facts.get("framework")
    gpu = framework.get("gpu") if isinstance(framework, dict) else None
    facts = (process.facts.get(name) for name in ("cpu", "cpus", "python"))
    return (process.framework_version, str(gpu), *map(str, facts))
