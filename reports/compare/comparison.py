"""The comparison of two runs: how each arm's ratio to its baseline, the same in both, changed.

Seconds of two runs differ by the machine's mood; ratios taken inside blocks do not. Welch's
interval on the block log-ratios says how sure a change is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from reports.compare.cases import Case, shared_cases, unshared
from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import (
    CONFIDENCE,
    Bar,
    Estimate,
    Floats,
    change_verdict,
    compare,
    detectable_change,
    geometric_mean,
    log_estimate,
)
from reports.findings.machine import Machine, distinct
from reports.text.counted import counted
from reports.text.evidence import interrupted
from reports.text.names import visible
from reports.text.null_arm import judgement_text
from reports.text.numbers import difference, shown_ratio
from reports.text.phases import words
from runfiles.errors import BadRun
from runfiles.phases import REPEATED

SMALLEST_MARGIN, LARGEST_MARGIN = 1e-6, 10.0
ABSENT = "absent"  # the status of an arm in a run that does not have it


@dataclass(frozen=True)
class Change:
    """One arm in one phase: its ratio to its baseline in both runs, and new ÷ old."""

    arm: str
    phase: str
    old: Estimate
    new: Estimate
    change: Estimate  # with its own 95 % interval
    gate: Estimate  # the same, its interval widened for all cells: it decides on a change
    verdict: str  # regression, improvement, equivalent or inconclusive
    smallest: float | None = None  # change that would have been called one, 4 times in 5
    baseline: str | None = None  # the arm that both ratios are to
    case: str | None = None  # the problem and its size, where there are several


@dataclass(frozen=True)
class Uncompared:
    """An arm, or one phase of it, that has no time in both runs."""

    arm: str
    phase: str | None  # None: no phase of it
    old: str  # a status, or ``absent``
    new: str
    reason: str | None  # of NEW, else of OLD
    case: str | None = None  # as of a change


@dataclass(frozen=True)
class Engines:
    """The framework's version that an arm ran in each run."""

    arm: str
    framework: str | None
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Comparison:
    """All changes from one run to another, with what limits them."""

    old: str
    new: str
    baseline: str
    margin: float
    machine: Machine  # of NEW; the runs agree on processor, CPUs and threads
    changes: tuple[Change, ...]
    uncompared: tuple[Uncompared, ...]
    engines: tuple[Engines, ...]  # of the arms that are in both
    caveats: tuple[str, ...]
    gates: bool  # whether a regression here is a confirmed one
    overall: Estimate | None  # new ÷ old over all cells together: geometric means inside blocks
    unlike: tuple[str, ...] = ()  # why cases of both runs could not be compared

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The confirmed ones."""
        return tuple(c for c in self.changes if self.gates and c.verdict == "regression")

    @property
    def headline(self) -> str:
        """What came of it, in a sentence."""
        if not self.changes:
            return "Nothing could be compared: no arm has a time in both runs."
        counts = Counter(change.verdict for change in self.changes)
        rest = ", ".join(f"{counts[v]} {v}" for v in counts if v != "regression")
        found = counts["regression"]
        if not self.gates:
            return f"Indicative only, nothing is confirmed: of {self.n_cells} {_counts(counts)}."
        if not found:
            return f"No confirmed regression over {self.n_cells}: {rest}."
        first = sorted(self.regressions, key=lambda change: change.phase != "epoch")[:3]
        listed = "; ".join(map(_told, first))
        more = f" and {found - 3} more" if found > 3 else ""
        return f"{counted(found, 'confirmed regression')} over {self.n_cells}: {listed}{more}."

    @property
    def n_cells(self) -> str:
        """How many cells are compared, in words."""
        return counted(len(self.changes), "cell")

    @property
    def overall_text(self) -> str | None:
        """All cells together, in a sentence; None where no block has them all."""
        if self.overall is None or self.overall.low is None:
            return None
        shown = shown_ratio(self.overall)
        return f"All cells together, geometric means inside blocks: {shown.text}{shown.aside}."

    @property
    def smallest_text(self) -> str | None:
        """The smallest change that could have been seen, over all cells; None where there is none.

        A reader of "no confirmed regression" must know of what size one would have been found.
        """
        if not self.changes:
            return None
        seen = [change.smallest for change in self.changes if change.smallest is not None]
        if not seen:
            return "No change could have been seen: that takes two blocks of each run at least."
        low, high = difference(min(seen)), difference(max(seen))
        span = low if low == high else f"{low} to {high}, depending on the cell"
        return f"Smallest change these runs would have called, 4 times in 5: {span}."

    @property
    def baselines(self) -> str:
        """The names of the arms that the ratios are to, one a dtype."""
        names = dict.fromkeys([self.baseline, *(c.baseline for c in self.changes if c.baseline)])
        return " or ".join(visible(name, 40) for name in names)

    @property
    def how_to_read(self) -> str:
        """What the numbers are."""
        whose = " (the one of its dtype)" if " or " in self.baselines else ""
        n = len(self.changes)
        hold = f"is widened so that all {n} hold together" if n > 1 else "holds"
        return (
            f"A ratio is an arm's time ÷ the time of {self.baselines}{whose} in the same run; "
            f"a change is NEW's ratio ÷ OLD's. Its interval {hold} with {100 * CONFIDENCE:g} %; "
            "regression and improvement lie wholly beyond the margin of "
            f"{100 * self.margin:g} % and beyond what two identical arms may differ by in "
            "either run."
        )


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items())


def _told(change: Change) -> str:
    shown = shown_ratio(change.gate)
    where = f" at {change.case}" if change.case else ""
    return f"{visible(change.arm, 40)}, {words(change.phase)} {shown.text}{shown.aside}{where}"


def compare_runs(old: Findings, new: Findings, margin: float | None = None) -> Comparison:
    """How ``new`` differs from ``old``, at NEW's margin unless one is given.

    Raises BadRun where the runs are unlike, unusable or share no arm.
    """
    margin = new.run.plan.margin if margin is None else margin
    if not SMALLEST_MARGIN <= margin <= LARGEST_MARGIN:  # NaN fails this too
        asked = f"a number from {SMALLEST_MARGIN:g} to {LARGEST_MARGIN:g}"
        raise BadRun(f"margin is {margin}; expected {asked}, such as 0.03 for 3 %.")
    shared, unlike = shared_cases(old, new)
    cases = [(case, tuple(_pairs(case.old, case.new))) for case in shared]
    if not any(pairs for _, pairs in cases):
        raise BadRun(_nothing_shared(old, new))
    cells = [
        (case, cell)
        for case, pairs in cases
        for before, after in pairs
        for cell in _cells(case.old, case.new, before, after)
    ]
    engines = (_engines(before, after) for _, pairs in cases for before, after in pairs)
    return Comparison(
        old=old.run.name,
        new=new.run.name,
        baseline=new.baseline.name,
        margin=margin,
        machine=new.machine,
        changes=tuple(_change(case, cell, margin, len(cells)) for case, cell in cells),
        uncompared=tuple(
            replace(one, case=case.label)
            for case, pairs in cases
            for one in _uncompared(case.old, case.new, pairs)
        ),
        engines=tuple(dict.fromkeys(engines)),
        caveats=(*unlike, *_caveats(old, new, shared), *unshared(old, new)),
        gates="quick" not in (old.run.plan.profile, new.run.plan.profile),
        overall=_overall(cells),
        unlike=unlike,
    )


Pair = tuple[Arm, Arm]
CellPair = tuple[Cell, Cell]


def _pairs(old: Findings, new: Findings) -> Iterator[Pair]:
    """The arms both runs have, in NEW's order; neither baselines nor null arms."""
    before = {arm.name: arm for arm in _compared(old)}
    yield from ((before[arm.name], arm) for arm in _compared(new) if arm.name in before)


def _compared(findings: Findings) -> list[Arm]:
    return [arm for arm in findings.others if not findings.is_baseline(arm)]


def _nothing_shared(old: Findings, new: Findings) -> str:
    a, b = (", ".join(visible(arm.name, 40) for arm in _compared(s)) or "none" for s in (old, new))
    return (
        f"these runs share no arm beside the baseline: OLD has {a}, NEW has {b}. "
        "Name the same backends in both."
    )


def _phase_pairs(old: Findings, new: Findings, before: Arm, after: Arm) -> list[CellPair]:
    """The cells of an arm in every repeated phase that both plans have."""
    found = ((old.cell(before, phase), new.cell(after, phase)) for phase in REPEATED)
    return [(a, b) for a, b in found if a is not None and b is not None]


def _cells(old: Findings, new: Findings, before: Arm, after: Arm) -> list[CellPair]:
    pairs = _phase_pairs(old, new, before, after)
    return [(a, b) for a, b in pairs if a.ratio is not None and b.ratio is not None]


def _change(case: Case, cells: CellPair, margin: float, family: int) -> Change:
    old, new = case.old, case.new
    before, after = (_log_ratios(s, cell) for s, cell in zip((old, new), cells, strict=True))
    arm, phase = cells[1].arm, cells[1].phase
    bar = Bar(margin, max(s.null_arm.bound(phase) for s in (old, new)))
    found = change_of(arm.name, phase, before, after, bar, family)
    return replace(found, baseline=cells[1].baseline.name, case=case.label)


def _overall(cells: list[tuple[Case, CellPair]]) -> Estimate | None:
    """The geometric mean over all cells inside each block, and its change from old to new."""
    if not cells:
        return None
    before = np.stack([_log_ratios(case.old, a) for case, (a, _) in cells])  # (cells, blocks)
    after = np.stack([_log_ratios(case.new, b) for case, (_, b) in cells])
    return compare(geometric_mean(before), geometric_mean(after))


def change_of(arm: str, phase: str, old: Floats, new: Floats, bar: Bar, family: int) -> Change:
    """The change between two runs' log-ratios, one a block; each has at least one."""
    ratios = log_estimate(old), log_estimate(new)
    change, gate = compare(old, new), compare(old, new, family=family)
    assert ratios[0] is not None
    assert ratios[1] is not None
    assert change is not None
    assert gate is not None
    verdict = change_verdict(old, new, bar, family)
    smallest = detectable_change(old, new, bar, family)
    return Change(arm, phase, ratios[0], ratios[1], change, gate, verdict, smallest)


def _log_ratios(findings: Findings, cell: Cell) -> Floats:
    return findings.to_baseline(cell)


def _uncompared(old: Findings, new: Findings, pairs: tuple[Pair, ...]) -> Iterator[Uncompared]:
    shared = {after.name for _, after in pairs}
    for arm in (arm for arm in _compared(old) if arm.name not in shared):
        yield Uncompared(arm.name, None, arm.status, ABSENT, arm.reason)
    for arm in (arm for arm in _compared(new) if arm.name not in shared):
        yield Uncompared(arm.name, None, ABSENT, arm.status, arm.reason)
    for before, after in pairs:
        yield from _untimed(old, new, before, after)


def _untimed(old: Findings, new: Findings, before: Arm, after: Arm) -> Iterator[Uncompared]:
    """What an arm of both runs has no time for in one of them."""
    if before.status != "ok" or after.status != "ok":
        reason = after.reason or before.reason
        yield Uncompared(after.name, None, before.status, after.status, reason)
        return
    for a, b in _phase_pairs(old, new, before, after):
        if (a.ratio is None) != (b.ratio is None):
            lacking = "OLD" if a.ratio is None else "NEW"
            alone = f"no block of {lacking} has it and its baseline"
            reason = b.reason or a.reason or alone
            yield Uncompared(after.name, b.phase, a.status, b.status, reason)


def _engines(before: Arm, after: Arm) -> Engines:
    framework = after.framework or before.framework
    return Engines(after.name, framework, before.framework_version, after.framework_version)


def _caveats(old: Findings, new: Findings, cases: list[Case]) -> Iterator[str]:
    """What limits the comparison, in sentences."""
    for side, findings in (("OLD", old), ("NEW", new)):
        if findings.run.plan.profile == "quick":
            yield f"{side} is a quick run: what it shows is indicative and confirms nothing."
        for case in cases:
            of_side = case.old if side == "OLD" else case.new
            where = side if case.label is None else f"{side}, {case.label}"
            if of_side.null_arm.state != "shown":
                yield f"{where}: {judgement_text(of_side.null_arm)}"
            unfinished = interrupted(of_side)
            if unfinished:
                yield f"{where}: {unfinished}"
    for fact in ("python", "kernel"):
        a, b = (_of_baseline(findings, fact) for findings in (old, new))
        if a != b:
            told = f"{_listed(a)} in OLD and {_listed(b)} in NEW"
            yield f"The baseline's {fact} is {told}: a change may be the baseline's own."


def _of_baseline(findings: Findings, fact: str) -> tuple[str, ...]:
    mine = [p for p in findings.run.processes if p.arm == findings.run.plan.baseline]
    return distinct(process.facts.get(fact) for process in mine)


def _listed(values: tuple[str, ...]) -> str:
    return visible(" or ".join(values), 60) or "not known"
