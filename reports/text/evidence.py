"""The evidence in words: how good it is, and what a reader must know before believing it."""

from __future__ import annotations

from reports.findings.blocks_needed import WANTED, BlocksNeeded
from reports.findings.cells import Cell
from reports.findings.far_blocks import FarBlocks
from reports.findings.findings import Findings
from reports.findings.overhead import FLAGGED
from reports.text.counted import counted, noun
from reports.text.disturbed import bad_ends, scarcity
from reports.text.machine import machine_text
from reports.text.machines import claim_text, least_units
from reports.text.numbers import difference, digits, percent, plain, seconds_text, shown_ratio
from reports.text.phases import minibatches, words
from reports.text.sentence import Number, Sentence, few
from runfiles.records import Spec


def same_program(findings: Findings) -> Sentence:
    """Whether everybody computed the same thing."""
    right, wrong = findings.evidence.right, findings.evidence.wrong
    error = findings.evidence.largest_error
    if wrong:
        of_all = Sentence("{} of {}", len(right), counted(len(right) + len(wrong), "arm"))
        return Sentence("{} passed every check; wrong: {}.", of_all, Sentence.joined(", ", wrong))
    if not right:
        return Sentence("No arm ran far enough to be checked.")
    every = "The one arm" if len(right) == 1 else Sentence("All {} arms", len(right))
    worst = "; the largest error on the way to the answer is {}"
    told = "" if error is None else Sentence(worst, plain(error, 2))
    return Sentence("{} that ran passed every check{}.", every, told)


def verdict_counts(findings: Findings) -> Sentence | None:
    """How many arms are faster than their baseline, how many slower; None without a verdict."""
    counts = findings.evidence.verdicts
    told = Sentence.joined(", ", (Sentence("{} {}", n, one) for one, n in counts.items()))
    arms = counted(findings.evidence.n_judged, "arm")
    return Sentence("Against the baseline, of {}: {}.", arms, told) if counts else None


def twice(findings: Findings) -> Sentence | None:
    """What the baseline, measured twice, differs by in the main phase; None without a null arm."""
    if findings.evidence.twice is None:
        return None
    shown = shown_ratio(findings.evidence.twice)
    told = "{}, measured a second time, took {} times{} as long."
    return Sentence(told, findings.baseline, shown, shown.aside)


def smallest_effect(findings: Findings) -> Sentence:
    """The smallest effect this run could have seen, over the arms of the main phase."""
    if findings.evidence.effects is None:
        told = "No effect could have been seen: that takes two arms and at least {}."
        return Sentence(told, least_units(findings))
    low, high = map(difference, findings.evidence.effects)
    span = low if low == high else Sentence("{} to {}, depending on the arm", low, high)
    needed = findings.blocks_needed
    wanted = f" To see {percent(WANTED - 1)} in every arm takes {{}}."
    return Sentence(
        "Smallest difference this run would have called, 4 times in 5: {}.{}",
        *(span, Sentence(wanted, blocks_text(needed)) if needed else ""),
    )


def blocks_text(needed: BlocksNeeded) -> Sentence:
    """A number of blocks with its interval, in no more digits than it bears."""
    number, low = _rounded(needed.number), _rounded(needed.low)
    if needed.high is None:
        return Sentence("about {} blocks ({} or more)", number, low)
    return Sentence("about {} blocks ({} to {})", number, low, _rounded(needed.high))


def _rounded(count: int) -> Number:
    """A count in two significant digits."""
    return Number(count, f"{float(f'{count:.2g}'):,.0f}")


def measured_on(findings: Findings) -> Sentence:
    """The machine that every number of the run belongs to, or what of several is whose."""
    told = machine_text(findings.machine)
    if not findings.machines.are_several:
        return Sentence("Measured on {}.", told)
    n = counted(findings.machines.n, "machine")
    return Sentence("Measured on {}: {}. {}", n, told, claim_text(findings))


def harness(findings: Findings) -> Sentence | None:
    """What the harness adds to a call, and the largest share of a cell; None where unknown."""
    cell, flagged = findings.evidence.heaviest, findings.evidence.flagged
    if cell is None or cell.overhead is None:
        return None
    named = few([*map(_cell_name, flagged)], " and {} more")
    above = Sentence(f" It is above {percent(FLAGGED)} in: {{}}.", named)
    return Sentence(
        "The harness adds {} to a call, at most {} of a cell ({}).{}",
        *(seconds_text(cell.overhead.seconds), percent(cell.overhead.share), _cell_name(cell)),
        above if flagged else "",
    )


def _cell_name(cell: Cell) -> Sentence:
    return Sentence("{}, {}", cell.arm, words(cell.phase))


def far_blocks_text(findings: Findings) -> Sentence | None:
    """Every arm with a block far from its others, the first few by name; None without any."""
    told, shared = [*map(_far, findings.far_blocks)], [*map(digits, findings.far_in_all)]
    of_all = " In block {} that is so of every arm: there the baseline was far."
    return Sentence(
        "Far from the others: {}.{}",
        few(told, "; {} more in cells.json"),
        Sentence(of_all, few(shared, separator=", ")) if shared else "",
    ) if told else None  # fmt: skip


def _far(one: FarBlocks) -> Sentence:
    several = len(one.blocks) > 1
    ratio, without = shown_ratio(one.ratio), shown_ratio(one.without)
    blocks = few([*map(digits, one.blocks)], " and {} more", ", ")
    times = few([plain(factor, 2) for factor in one.times], " and {} more", ", ")
    return Sentence(
        "block{} {} of {} {} {} times the median of its others, its ratio {}{} and without {} {}{}",
        *("s" if several else "", blocks, one.arm, "are" if several else "is", times),
        *(ratio, ratio.aside, "them" if several else "it", without, without.aside),
    )


def interrupted(findings: Findings) -> Sentence | None:
    """How much of the plan is missing, None where nothing is."""
    missing, planned = findings.n_missing, findings.evidence.n_planned
    return Sentence(
        "The run is not finished: {} of {} planned {} {} not run. Resume it, then make the report "
        "again.",
        *(digits(missing), digits(planned), noun(planned, "process", "processes")),
        noun(missing, "has", "have"),
    ) if missing else None  # fmt: skip


def cut(spec: Spec) -> Sentence | None:
    """That an epoch is a prefix of one, None where it is whole."""
    if spec.steps is None:
        return None
    verb, told = "is" if spec.steps == 1 else "are", "An epoch is cut to its first {}: its times"
    if not spec.trained:
        told = f"Only the first {{}} {verb} gone through: times"
    visited, n = digits(spec.n_visited), digits(spec.n_examples)
    told += " are of {} of {} examples, and say nothing of the rest."
    return Sentence(told, minibatches(spec), visited, n)


def without_spread(findings: Findings) -> Sentence | None:
    """That nothing bears an interval; None where something may."""
    told = "so there is no interval and nothing is shown."
    if len(findings.run.plan.blocks) < 2:
        return Sentence(f"One block has no spread, {told}")
    most = max(one.n_blocks for one in findings.by_machine)
    if findings.machines.claim == "these machines" and most < 2:
        return Sentence(f"No machine has two blocks, {told}")
    return None


def caveats(findings: Findings) -> tuple[Sentence, ...]:
    """What a reader must know before believing a number."""
    n_blocks = len(findings.run.plan.blocks)
    found = [interrupted(findings), scarcity(findings), cut(findings.run.plan.problem)]
    found.append(without_spread(findings))
    if findings.run.plan.profile == "quick":
        quick = "A quick run of {} is indicative; it gates nothing."
        found.append(Sentence(quick, counted(n_blocks, "block")))
    return tuple(text for text in (*found, *bad_ends(findings.run)) if text)
