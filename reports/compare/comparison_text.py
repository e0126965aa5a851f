"""The comparison in words: what came of it, what limits it, and what is not compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reports.compare.comparison import where, why_not
from reports.findings.comparison import ABSENT, Change, Comparison, Engine, Shared, Uncompared
from reports.findings.findings import Findings
from reports.findings.intervals import CONFIDENCE
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.evidence import interrupted
from reports.text.machine import machine_text
from reports.text.null_arm import judgement_text
from reports.text.numbers import difference, shown_ratio
from reports.text.phases import words


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """What came of it, what limits it, what is not in the table."""
    return (
        headline(comparison),
        *(text for text in (overall_text(comparison), smallest_text(comparison)) if text),
        *caveats(comparison),
        *map(uncompared_text, comparison.uncompared),
        *(text for one in comparison.engines if (text := engine_text(one))),
        how_to_read(comparison),
        f"Measured on {machine_text(comparison.machine)}.",
    )


def headline(comparison: Comparison) -> str:
    """What came of it, in a sentence."""
    if not comparison.changes:
        return "Nothing could be compared: no arm has a time in both runs."
    counts = Counter(change.verdict for change in comparison.changes)
    over = counted(comparison.n_cells, "cell")
    if not comparison.gates:
        return f"Indicative only, nothing is confirmed: of {over} {_counts(counts)}."
    found = counts.pop("regression", 0)
    if not found:
        return f"No confirmed regression over {over}: {_counts(counts)}."
    first = sorted(comparison.regressions, key=lambda change: change.phase != "epoch")[:3]
    more = f" and {found - 3} more" if found > 3 else ""
    return (
        f"{counted(found, 'confirmed regression')} over {over}: "
        f"{'; '.join(map(_regression, first))}{more}."
    )


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in counts.items())


def _regression(change: Change) -> str:
    shown = shown_ratio(change.gate)
    named = f"{change.arm}, {words(change.phase)}"
    return f"{named} {shown.text}{shown.aside}{_at(change.shared)}"


def _at(shared: Shared) -> str:
    label = where(shared)
    return f" at {label}" if label else ""


def overall_text(comparison: Comparison) -> str | None:
    """All cells together, in a sentence; None where no block has them all."""
    if comparison.overall is None or comparison.overall.low is None:
        return None
    shown = shown_ratio(comparison.overall)
    return f"All cells together, geometric means inside blocks: {shown.text}{shown.aside}."


def smallest_text(comparison: Comparison) -> str | None:
    """The smallest change that could have been seen, over all cells; None where there is none.

    A reader of "no confirmed regression" must know of what size one would have been found.
    """
    if not comparison.changes:
        return None
    if not comparison.smallest:
        return "No change could have been seen: that takes two blocks of each run at least."
    low, high = map(difference, comparison.smallest)
    span = low if low == high else f"{low} to {high}, depending on the cell"
    return f"Smallest change these runs would have called, 4 times in 5: {span}."


def baselines(comparison: Comparison) -> str:
    """The names of the arms that the ratios are to, one a dtype."""
    names = [comparison.baseline.name, *(change.baseline for change in comparison.changes)]
    return " or ".join(dict.fromkeys(names))


def how_to_read(comparison: Comparison) -> str:
    """What the numbers are."""
    to, n = baselines(comparison), comparison.n_cells
    whose = " (the one of its dtype)" if " or " in to else ""
    hold = f"is widened so that all {n} hold together" if n > 1 else "holds"
    return (
        f"A ratio is an arm's time ÷ the time of {to}{whose} in the same run; "
        f"a change is NEW's ratio ÷ OLD's. Its interval {hold} with {100 * CONFIDENCE:g} %; "
        "regression and improvement lie wholly beyond the margin of "
        f"{100 * comparison.margin:g} % and beyond what two identical arms may differ by in "
        "either run."
    )


def caveats(comparison: Comparison) -> tuple[str, ...]:
    """What limits the comparison, in sentences."""
    sides = {"OLD": comparison.old, "NEW": comparison.new}
    return (
        *map(why_not, comparison.unlike),
        *(text for side, run in sides.items() for text in _of_side(comparison, side, run)),
        *_of_baseline(comparison),
        *(
            f"{case_label(run.cases, one)}: only in {side}, not compared."
            for side, run in sides.items()
            for one in comparison.only_in(run)
        ),
    )


def _of_side(comparison: Comparison, side: str, run: Findings) -> Iterator[str]:
    if run.profile == "quick":
        yield f"{side} is a quick run: what it shows is indicative and confirms nothing."
    for shared in comparison.shared:
        case, label = shared.old if side == "OLD" else shared.new, where(shared)
        named = f"{side}, {label}" if label else side
        if case.null_arm.state != "shown":
            yield f"{named}: {judgement_text(case.null_arm)}"
        if unfinished := interrupted(case):
            yield f"{named}: {unfinished}"


def _of_baseline(comparison: Comparison) -> Iterator[str]:
    for fact in ("python", "kernel"):
        told = [one.told(one.baseline, fact) for one in (comparison.old, comparison.new)]
        a, b = (" or ".join(values) or "not known" for values in told)
        if told[0] != told[1]:
            yield (
                f"The baseline's {fact} is {a} in OLD and {b} in NEW: "
                "a change may be the baseline's own."
            )


def uncompared_text(one: Uncompared) -> str:
    """Why an arm, or a phase of it, is not compared."""
    phase = f", {words(one.phase)}" if one.phase else ""
    what = f"{one.arm}{phase}{_at(one.shared)}"
    reason = f" ({one.reason})" if one.reason else ""
    if ABSENT in (one.old, one.new):
        return f"{what}: only in {'OLD' if one.new == ABSENT else 'NEW'}."
    if one.old == one.new:
        return f"{what}: {one.new} in both{reason}."
    return f"{what}: {one.old} in OLD, {one.new} in NEW{reason}; not a change of time."


def engine_text(one: Engine) -> str | None:
    """The arm's framework where its version changed, else None."""
    if one.old == one.new:
        return None
    old, new = (version or "of unknown version" for version in (one.old, one.new))
    return f"{one.arm}: {one.framework or 'framework'} {old}, now {new}."
