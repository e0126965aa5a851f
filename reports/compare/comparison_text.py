"""The comparison in words: what came of it, what limits it, and what is not compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reports.compare.comparison import where, why_not
from reports.findings.comparison import ABSENT, Change, Comparison, Engine, Shared, Uncompared
from reports.findings.findings import Findings
from reports.findings.intervals import CONFIDENCE
from reports.findings.machines import Claim
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.evidence import interrupted
from reports.text.machine import machine_text
from reports.text.machines import least_units
from reports.text.null_arm import judgement_text
from reports.text.numbers import chosen_percent, difference, shown_ratio
from reports.text.phases import words
from reports.text.sentence import Sentence, few

UNITS: dict[Claim, str] = {
    "this machine": "its blocks",
    "these machines": "blocks within each machine",
    "machines like these": "machines",
}


def sentences(comparison: Comparison) -> tuple[Sentence, ...]:
    """What came of it, what limits it, what is not in the table."""
    return (
        headline(comparison),
        *(text for text in (overall_text(comparison), smallest_text(comparison)) if text),
        *caveats(comparison),
        *map(uncompared_text, comparison.uncompared),
        *(text for one in comparison.engines if (text := engine_text(one))),
        how_to_read(comparison),
        *units_text(comparison),
        Sentence("Measured on {}.", machine_text(comparison.machine)),
    )


def headline(comparison: Comparison) -> Sentence:
    """What came of it, in a sentence."""
    if not comparison.changes:
        return Sentence("Nothing could be compared: no arm has a time in both runs.")
    counts: Counter[str] = Counter(change.verdict for change in comparison.changes)
    over = counted(comparison.n_cells, "cell")
    if not comparison.gates:
        told = "Indicative only, nothing is confirmed: of {} {}."
        return Sentence(told, over, _counts(counts))
    n = counts.pop("regression", 0)
    if not n:
        return Sentence("No confirmed regression over {}: {}.", over, _counts(counts))
    first = sorted(comparison.regressions, key=lambda change: change.phase != "epoch")
    told = few([*map(_regression, first)], " and {} more")
    return Sentence("{} over {}: {}.", counted(n, "confirmed regression"), over, told)


def _counts(counts: Counter[str]) -> Sentence:
    return Sentence.joined(", ", (Sentence("{} {}", n, one) for one, n in counts.items()))


def _regression(change: Change) -> Sentence:
    shown = shown_ratio(change.gate)
    named = Sentence("{}, {}", change.arm, words(change.phase))
    return Sentence("{} {}{}{}", named, shown.text, shown.aside, _at(change.shared))


def _at(shared: Shared) -> Sentence:
    label = where(shared)
    return Sentence(" at {}", label) if label else Sentence()


def overall_text(comparison: Comparison) -> Sentence | None:
    """All cells together, in a sentence; None where no block has them all."""
    if comparison.overall is None or comparison.overall.low is None:
        return None
    shown, told = shown_ratio(comparison.overall), "All cells together, geometric means inside "
    return Sentence(told + "blocks: {}{}.", shown.text, shown.aside)


def smallest_text(comparison: Comparison) -> Sentence | None:
    """The smallest change that could have been seen, over all cells; None where there is none.

    A reader of "no confirmed regression" must know of what size one would have been found.
    """
    if not comparison.changes:
        return None
    if not comparison.smallest:
        return _unseen(comparison)
    low, high = map(difference, comparison.smallest)
    span = low if low == high else Sentence("{} to {}, depending on the cell", low, high)
    return Sentence("Smallest change these runs would have called, 4 times in 5: {}.", span)


def _unseen(comparison: Comparison) -> Sentence:
    """What it takes to see a change."""
    old, new = map(least_units, (comparison.old, comparison.new))
    each = f"{old} of each run" if old == new else f"{old} of OLD and {new} of NEW"
    return Sentence(f"No change could have been seen: that takes {each} at least.")


def baselines(comparison: Comparison) -> Sentence:
    """The names of the arms that the ratios are to, one a dtype."""
    names = [comparison.baseline.name, *(change.baseline for change in comparison.changes)]
    return Sentence.joined(" or ", dict.fromkeys(names))


def how_to_read(comparison: Comparison) -> Sentence:
    """What the numbers are."""
    to, n = baselines(comparison), comparison.n_cells
    whose = " (the one of its dtype)" if " or " in to else ""
    hold = Sentence("is widened so that all {} hold together", n) if n > 1 else "holds"
    return Sentence(
        "A ratio is an arm's time ÷ the time of {}{} in the same run; a change is NEW's ratio ÷ "
        "OLD's. Its interval {} with {}; regression and improvement lie wholly beyond the margin "
        "of {} and beyond what two identical arms may differ by in either run.",
        *(to, whose, hold, chosen_percent(CONFIDENCE), chosen_percent(comparison.margin)),
    )


def units_text(comparison: Comparison) -> tuple[Sentence, ...]:
    """What each run's ratios speak of and what Welch's interval takes its spread from.

    Nothing where both are of one machine.
    """
    sides = {"OLD": comparison.old, "NEW": comparison.new}
    if not any(run.machines.are_several for run in sides.values()):
        return ()
    told = "{} speaks of {}{}: its spread is that of {}."
    return tuple(
        Sentence(told, side, run.claim, _how_many(run), UNITS[run.claim])
        for side, run in sides.items()
    )


def _how_many(run: Findings) -> Sentence:
    return Sentence(" ({} of them)", run.machines.n) if run.machines.are_several else Sentence()


def caveats(comparison: Comparison) -> tuple[Sentence, ...]:
    """What limits the comparison, in sentences."""
    sides = {"OLD": comparison.old, "NEW": comparison.new}
    return (
        *map(why_not, comparison.unlike),
        *(text for side, run in sides.items() for text in _of_side(comparison, side, run)),
        *_of_machines(comparison),
        *_of_baseline(comparison),
        *(
            Sentence("{}: only in {}, not compared.", case_label(run.cases, one), side)
            for side, run in sides.items()
            for one in comparison.only_in(run)
        ),
    )


def _of_machines(comparison: Comparison) -> Iterator[Sentence]:
    """That a change may be one of machines, where others of their kind measured one of the runs."""
    sides = comparison.old, comparison.new
    old, new = ({*run.machines.names} for run in sides)
    speak_of_others = all(run.claim == "machines like these" for run in sides)
    if None not in old | new and old != new and not speak_of_others:
        yield Sentence(
            "The runs are not of the same machines: two of one kind may differ by a few per cent "
            "in an arm's ratio, which no interval here knows."
        )


def _of_side(comparison: Comparison, side: str, run: Findings) -> Iterator[Sentence]:
    if run.profile == "quick":
        told = "{} is a quick run: what it shows is indicative and confirms nothing."
        yield Sentence(told, side)
    for shared in comparison.shared:
        case, label = shared.old if side == "OLD" else shared.new, where(shared)
        named = Sentence("{}, {}", side, label) if label else side
        if case.null_arm.state != "shown":
            yield Sentence("{}: {}", named, judgement_text(case.null_arm))
        if unfinished := interrupted(case):
            yield Sentence("{}: {}", named, unfinished)


def _of_baseline(comparison: Comparison) -> Iterator[Sentence]:
    for fact in ("python", "kernel"):
        told = [one.told(one.baseline, fact) for one in (comparison.old, comparison.new)]
        texts = (Sentence.joined(" or ", values) or "not known" for values in told)
        if told[0] != told[1]:
            yield Sentence(
                "The baseline's {} is {} in OLD and {} in NEW: a change may be the baseline's own.",
                *(fact, *texts),
            )


def uncompared_text(one: Uncompared) -> Sentence:
    """Why an arm, or a phase of it, is not compared."""
    phase = f", {words(one.phase)}" if one.phase else ""
    what = Sentence("{}{}{}", one.arm, phase, _at(one.shared))
    reason = Sentence(" ({})", one.reason) if one.reason else ""
    if ABSENT in (one.old, one.new):
        return Sentence("{}: only in {}.", what, "OLD" if one.new == ABSENT else "NEW")
    if one.old == one.new:
        return Sentence("{}: {} in both{}.", what, one.new, reason)
    told = "{}: {} in OLD, {} in NEW{}; not a change of time."
    return Sentence(told, what, one.old, one.new, reason)


def engine_text(one: Engine) -> Sentence | None:
    """The arm's framework where its version changed, else None."""
    if one.old == one.new:
        return None
    old, new = (version or "of unknown version" for version in (one.old, one.new))
    return Sentence("{}: {} {}, now {}.", one.arm, one.framework or "framework", old, new)
