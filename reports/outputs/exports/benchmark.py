"""Benchmark: one arm in one phase at one size, as tools that keep a history name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.text.counted import counted
from runfiles.phases import REPEATED, WHOLE
from runfiles.records import Spec

# These tools set names in a code span of a Markdown table: both would end it.
LESSON = "linreg"  # a problem that names do not say: that of runs before there were others
MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "`|"}


@dataclass(frozen=True, eq=False)
class Benchmark:
    """A cell that has a number, under names that no other cell of the run has."""

    findings: Findings  # of the cell's own size
    cell: Cell
    label: str  # the arm's
    baseline: str  # the label of the arm that its ratio is to
    seconds: Estimate

    @property
    def size(self) -> str:
        """The size, and the phase's part of an epoch where that is not the whole."""
        return size_words(self.findings.run.plan.problem, self.cell.phase)

    @property
    def name(self) -> str:
        """Such as ``torch: epoch, 1000 x 2, batch 10``. Other sizes are other benchmarks."""
        return f"{self.label}: {self.cell.phase}, {self.size}"

    @property
    def ratio_name(self) -> str:
        """Such as ``torch: ratio to torch-lesson, epoch, 1000 x 2, batch 10``."""
        return f"{self.label}: ratio to {self.baseline}, {self.cell.phase}, {self.size}"

    @property
    def ratio(self) -> Estimate | None:
        """The ratio to the baseline; None for a baseline, whose ratio says nothing."""
        return None if self.cell.is_baseline else self.cell.ratio

    @property
    def outcome(self) -> str:
        """The verdict, or what the arm is where it can have none."""
        if self.cell.is_baseline:
            return "baseline"
        return "null arm" if self.cell.is_null else self.findings.verdict(self.cell) or "none"


def benchmarks(findings: Findings) -> Iterator[Benchmark]:
    """Every benchmark of the run: of its own case, then of the others."""
    for one in findings.cases:
        yield from benchmarks_at(one)


def benchmarks_at(findings: Findings) -> Iterator[Benchmark]:
    """Every repeated phase of every arm with a number, at the size that ``findings`` is of."""
    named = labels(findings.arms)
    for cell in findings.cells:
        if cell.seconds and cell.phase in REPEATED:
            yield Benchmark(findings, cell, named[cell.arm], named[cell.baseline], cell.seconds)


def usable(findings: Findings) -> Iterator[Benchmark]:
    """All benchmarks, without those of sizes whose evidence is unsound.

    For tools that raise an alarm on a change: there, a time is a comparison waiting to be made.
    """
    return (one for one in benchmarks(findings) if one.findings.null_arm.is_usable)


def labels(arms: tuple[Arm, ...]) -> dict[Arm, str]:
    """The arms' names without markup, with a number where two would be alike."""
    shown = {arm: arm.name.translate(MARKUP) for arm in arms}
    several = Counter(shown.values())
    return {
        arm: text if several[text] == 1 else f"{text} (arm {arm.index})"
        for arm, text in shown.items()
    }


def size_words(spec: Spec, phase: str) -> str:
    """Such as ``1000 x 2, batch 10``, with what of an epoch was timed, and how many a training.

    Before it the problem, where that is not the lesson's.
    """
    sizes = " x ".join(map(str, (spec.n_examples, *spec.counts.values())))
    name = "" if spec.objective == LESSON else f"{spec.objective.translate(MARKUP)}, "
    words = f"{name}{sizes}, batch {spec.batch_size}"
    if phase == "train":
        words += f", {counted(spec.epochs, 'epoch')}"
    if spec.is_prefix and phase not in WHOLE:
        words += f", first {spec.steps} of {spec.n_steps} steps"
    return words
