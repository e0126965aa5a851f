"""The comparison of two runs: how each arm's ratio to its baseline, the same in both, changed.

Seconds of two runs differ by the machine's mood; ratios taken inside blocks do not. Welch's
interval on the block log-ratios says how sure a change is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.document import Aside, Part, key
from reports.findings.findings import Findings
from reports.findings.intervals import (
    CONFIDENCE,
    Bar,
    Estimate,
    Floats,
    Verdict,
    detectable,
    geometric_mean,
    log_estimate,
    verdict,
)
from reports.findings.machine import Machine
from reports.findings.terms import Count
from runfiles.phases import REPEATED

Outcome = Literal["regression", "improvement", "equivalent", "inconclusive"]
OUTCOMES: dict[Verdict, Outcome] = {
    "slower": "regression",
    "faster": "improvement",
    "equivalent": "equivalent",
    "inconclusive": "inconclusive",
}
ABSENT = "absent"  # the status of an arm in a run that does not have it


@dataclass(frozen=True, eq=False)
class Shared:
    """One problem at one size in both runs."""

    old: Findings
    new: Findings
    others: tuple[Findings, ...]  # every case of NEW; none where neither run has another one

    @classmethod
    def of(cls, old: Findings, new: Findings) -> tuple[Shared, ...]:
        """The cases of both runs, in NEW's order.

        Runs of one case each are set against each other whatever they are.
        """
        if len(old.cases) == len(new.cases) == 1:
            return (cls(old, new, ()),)
        before = {one.case_key: one for one in old.cases}
        both = [one for one in new.cases if one.case_key in before]
        return tuple(cls(before[one.case_key], one, new.cases) for one in both)

    @cached_property
    def arms(self) -> tuple[tuple[Arm, Arm], ...]:
        """(arm of OLD, arm of NEW) of the same name, in NEW's order."""
        before = {arm.name: arm for arm in self.old.compared_arms}
        return tuple((before[b.name], b) for b in self.new.compared_arms if b.name in before)

    def cells(self, before: Arm, after: Arm) -> list[tuple[Cell, Cell]]:
        """The cells of an arm in every repeated phase that both plans have."""
        found = ((self.old.cell(before, phase), self.new.cell(after, phase)) for phase in REPEATED)
        return [(a, b) for a, b in found if a is not None and b is not None]

    def bar(self, phase: str, margin: float) -> Bar:
        """What a change must clear in ``phase``."""
        return Bar(margin, max(one.null_arm.bound(phase) for one in (self.old, self.new)))


class Change(Part, frozen=True, eq=False, kw_only=True):
    """One arm in one phase: its ratio to its baseline in both runs, and new ÷ old."""

    called: ClassVar[Mapping[str, str]] = {"gate": "corrected"}

    shared: Aside[Shared]
    arm: str
    phase: str
    baseline: str  # the arm that both ratios are to
    old: Estimate
    new: Estimate
    change: Estimate  # with its own 95 % interval
    gate: Estimate  # the same, its interval widened for all cells: it decides on a change
    smallest: float | None  # change that would have been called one, 4 times in 5
    verdict: Outcome

    @key
    def n_old(self) -> Count:
        return self.old.n

    @key
    def n_new(self) -> Count:
        return self.new.n


class Uncompared(Part, frozen=True, eq=False):
    """An arm, or one phase of it, that has no time in both runs."""

    shared: Aside[Shared]
    arm: str
    phase: str | None  # None: no phase of it
    old: str  # a status, or ``absent``
    new: str
    reason: str | None  # of NEW, else of OLD


class Engine(Part, frozen=True, eq=True):
    """The framework's version that an arm ran in each run."""

    arm: str
    framework: str | None
    old: str | None
    new: str | None


class Comparison(Part, frozen=True, eq=False, kw_only=True):
    """All changes from one run to another, with what limits them."""

    old: Aside[Findings]
    new: Aside[Findings]
    shared: Aside[tuple[Shared, ...]]
    unlike: Aside[tuple[Shared, ...]]  # cases of both runs that could not be compared
    margin: float

    @key
    def baseline(self) -> Arm:
        return self.new.baseline

    @key
    def machine(self) -> Machine:
        """That of NEW; the runs agree on processor, CPUs and threads."""
        return self.new.machine

    @key
    def gates(self) -> bool:
        """Whether a regression here is a confirmed one."""
        return "quick" not in (self.old.profile, self.new.profile)

    @key
    def changes(self) -> tuple[Change, ...]:
        return tuple(_change(*one, self.margin, len(self._cells)) for one in self._cells)

    @key
    def uncompared(self) -> tuple[Uncompared, ...]:
        return tuple(one for shared in self.shared for one in _uncompared(shared))

    @key
    def engines(self) -> tuple[Engine, ...]:
        """Of the arms that are in both."""
        return tuple(dict.fromkeys(_engine(*pair) for one in self.shared for pair in one.arms))

    @key
    def n_cells(self) -> Count:
        return len(self.changes)

    @key
    def n_regressions(self) -> Count:
        return len(self.regressions)

    @cached_property
    def _cells(self) -> tuple[tuple[Shared, Cell, Cell], ...]:
        every = ((one, *cells) for one in self.shared for p in one.arms for cells in one.cells(*p))
        return tuple(one for one in every if one[1].ratio is not None and one[2].ratio is not None)

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The confirmed ones."""
        return tuple(c for c in self.changes if self.gates and c.verdict == "regression")

    @cached_property
    def overall(self) -> Estimate | None:
        """New ÷ old over all cells together: geometric means inside blocks."""
        if not self._cells:
            return None
        columns = zip(*(_log_ratios(*one) for one in self._cells), strict=True)
        old, new = map(geometric_mean, columns)
        return log_estimate(new, old=old)

    @cached_property
    def smallest(self) -> tuple[float, float] | None:
        """The smallest change that the best and the worst cell could have seen."""
        seen = [one.smallest for one in self.changes if one.smallest is not None]
        return (min(seen), max(seen)) if seen else None

    def only_in(self, run: Findings) -> tuple[Findings, ...]:
        """The cases of ``run``, one of the two, that the other has not; none of a run of one."""
        other = self.old if run is self.new else self.new
        keys = {one.case_key for one in other.cases}
        return tuple(one for one in run.cases if len(run.cases) > 1 and one.case_key not in keys)


def _log_ratios(shared: Shared, old: Cell, new: Cell) -> tuple[Floats, Floats]:
    return shared.old.to_baseline(old), shared.new.to_baseline(new)


def _change(shared: Shared, old: Cell, new: Cell, margin: float, family: int) -> Change:
    before, after = _log_ratios(shared, old, new)
    bar = shared.bar(new.phase, margin)
    change, gate = (log_estimate(after, CONFIDENCE, n, before) for n in (1, family))
    assert old.ratio is not None  # each of one block at least
    assert new.ratio is not None
    assert change is not None
    assert gate is not None
    return Change(
        shared=shared,
        arm=new.arm.name,
        phase=new.phase,
        baseline=new.baseline.name,
        old=old.ratio,
        new=new.ratio,
        change=change,
        gate=gate,
        smallest=detectable(after, bar, family, before),
        verdict=OUTCOMES[verdict(after, bar, family, before)],
    )


def _uncompared(shared: Shared) -> Iterator[Uncompared]:
    both = {after.name for _, after in shared.arms}
    for arm in (arm for arm in shared.old.compared_arms if arm.name not in both):
        yield Uncompared(shared, arm.name, None, arm.status, ABSENT, arm.reason)
    for arm in (arm for arm in shared.new.compared_arms if arm.name not in both):
        yield Uncompared(shared, arm.name, None, ABSENT, arm.status, arm.reason)
    for before, after in shared.arms:
        yield from _untimed(shared, before, after)


def _untimed(shared: Shared, before: Arm, after: Arm) -> Iterator[Uncompared]:
    """What an arm of both runs has no time for in one of them."""
    if before.status != "ok" or after.status != "ok":
        reason = after.reason or before.reason
        yield Uncompared(shared, after.name, None, before.status, after.status, reason)
        return
    for a, b in shared.cells(before, after):
        if (a.ratio is None) != (b.ratio is None):
            lacking = "OLD" if a.ratio is None else "NEW"
            alone = f"no block of {lacking} has it and its baseline"
            reason = b.reason or a.reason or alone
            yield Uncompared(shared, after.name, b.phase, a.status, b.status, reason)


def _engine(before: Arm, after: Arm) -> Engine:
    framework = after.framework or before.framework
    return Engine(after.name, framework, before.framework_version, after.framework_version)
