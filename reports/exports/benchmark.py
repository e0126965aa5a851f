"""Benchmark: one arm in one phase at one size, as tools that keep a history name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.estimates.intervals import Estimate
from reports.estimates.ratios import Cell, Summary
from reports.estimates.sizes import is_prefix, n_steps
from reports.words.counted import counted
from reports.words.names import visible
from runfiles.phases import REPEATED, WHOLE
from runfiles.records import Spec

# These tools set names in a code span of a Markdown table: both would end it.
LESSON = "linreg"  # a problem that names do not say: that of runs before there were others
MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "`|"}


@dataclass(frozen=True, eq=False)
class Benchmark:
    """A cell that has a number, under names that no other cell of the run has."""

    summary: Summary  # of the cell's own size
    cell: Cell
    label: str  # the arm's
    baseline: str  # the label of the arm that its ratio is to
    seconds: Estimate

    @property
    def size(self) -> str:
        """The size, and the phase's part of an epoch where that is not the whole."""
        return size_words(self.summary.run.plan.problem, self.cell.phase)

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
        return None if self.summary.is_baseline(self.cell.arm) else self.cell.ratio

    @property
    def outcome(self) -> str:
        """The verdict, or what the arm is where it can have none."""
        if self.summary.is_baseline(self.cell.arm):
            return "baseline"
        is_null = self.summary.arms[self.cell.arm].is_null
        return "null arm" if is_null else self.summary.verdict(self.cell) or "none"


def benchmarks(summary: Summary) -> Iterator[Benchmark]:
    """Every benchmark of the run: of its own case, then of the others."""
    for one in summary.cases:
        yield from benchmarks_at(one)


def benchmarks_at(summary: Summary) -> Iterator[Benchmark]:
    """Every repeated phase of every arm with a number, at the size that ``summary`` is of."""
    named = labels(summary)
    for cell in summary.cells:
        if cell.seconds and cell.phase in REPEATED:
            baseline = named[summary.baselines[cell.arm]]
            yield Benchmark(summary, cell, named[cell.arm], baseline, cell.seconds)


def usable(summary: Summary) -> Iterator[Benchmark]:
    """All benchmarks, without those of sizes whose evidence is unsound.

    For tools that raise an alarm on a change: there, a time is a comparison waiting to be made.
    """
    return (one for one in benchmarks(summary) if one.summary.null_arm.is_usable)


def labels(summary: Summary) -> tuple[str, ...]:
    """One text an arm, on one line, no two alike; an arm's name wherever that will do."""
    shown = tuple(visible(arm.name).translate(MARKUP) for arm in summary.arms)
    if len(set(shown)) == len(shown):
        return shown
    return tuple(f"{text} (arm {index})" for index, text in enumerate(shown))


def size_words(spec: Spec, phase: str) -> str:
    """Such as ``1000 x 2, batch 10``, with what of an epoch was timed, and how many a training.

    Before it the problem, where that is not the lesson's.
    """
    sizes = " x ".join(map(str, (spec.n_examples, *spec.counts.values())))
    name = "" if spec.objective == LESSON else f"{visible(spec.objective).translate(MARKUP)}, "
    words = f"{name}{sizes}, batch {spec.batch_size}"
    if phase == "train":
        words += f", {counted(spec.epochs, 'epoch')}"
    if is_prefix(spec) and phase not in WHOLE:
        words += f", first {spec.steps} of {n_steps(spec)} steps"
    return words
