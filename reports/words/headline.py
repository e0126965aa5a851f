"""The headline: what a run found, in sentences drawn from its cells."""

from __future__ import annotations

from reports.estimates.fastest import leading
from reports.estimates.ratios import Cell, Summary
from reports.words.arm_words import capital, described
from reports.words.by_hand import best_autodiff, cost_of_autodiff
from reports.words.evidence import (
    caveats,
    disturbed,
    harness,
    measured_again,
    measured_on,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.words.names import visible
from reports.words.numbers import shown_ratio, shown_seconds, times_as_fast
from reports.words.phases import sentence
from reports.words.size_words import crossover_sentences, trouble_sentences
from reports.words.why import why
from reports.yardsticks.words import limit_text, price_text


def headline(summary: Summary) -> str:
    """The first thing to know: who is fastest and by how much, or why nobody is."""
    found, cost = headline_parts(summary)
    return f"{found}; {cost}." if cost else f"{found}."


def headline_parts(summary: Summary) -> tuple[str, str | None]:
    """(who is fastest and by how much, what autodiff itself costs that arm), without full stop."""
    if not summary.null_arm.is_usable:
        return "This run's evidence is unusable: two identical arms came out different", None
    best = leading(summary)
    if best is None:
        return "No arm of this run got a number", None
    if best.ratio is None or summary.is_baseline(best.arm):
        return _alone(summary, best), None
    if best.verdict != "faster" and best.ratio.low is not None:
        return _not_shown(summary, best), cost_of_autodiff(summary, best.arm)
    return _found(summary, best), cost_of_autodiff(summary, best.arm)


def _found(summary: Summary, best: Cell) -> str:
    """The sentence about an arm that is faster than its baseline, or has one block to say so."""
    assert best.ratio is not None
    once = "in the one block it has, " if best.ratio.low is None else ""
    name = described(summary.arms[best.arm])
    subject = once + _in_dtype(summary, best.arm) + name
    return (
        f"{capital(subject)} runs {_what(summary)} {times_as_fast(best.ratio)} as fast as "
        f"{compared_with(summary, best.arm)}"
    )


def _not_shown(summary: Summary, best: Cell) -> str:
    subject = f"{_in_dtype(summary, best.arm)}{described(summary.arms[best.arm])}"
    if best.verdict == "slower" and best.ratio is not None:
        return (
            f"{capital(subject)}, {_rank(summary, best)}, takes {shown_ratio(best.ratio).text} "
            f"times as long over {_what(summary)} as {compared_with(summary, best.arm)}"
        )
    return (
        f"{capital(subject)} is {_rank(summary, best)} at {_what(summary)}, yet is not shown to be "
        f"faster than {compared_with(summary, best.arm)}"
    )


def _rank(summary: Summary, best: Cell) -> str:
    is_auto = summary.arms[best.arm].differentiation == "autodiff"
    return "the quickest automatic derivative" if is_auto else "the quickest"


def _alone(summary: Summary, best: Cell) -> str:
    """The sentence where the leading arm is its own baseline, or has none to be compared with."""
    assert best.seconds is not None
    name, what = described(summary.arms[best.arm]), _what(summary)
    rivals = [cell for cell in summary.ranked(summary.main_phase) if cell.seconds]
    if all(cell.arm == best.arm or summary.arms[cell.arm].is_null for cell in rivals):
        took = f"takes {shown_seconds(best.seconds)} for {what}"
        return f"{capital(name)} {took}, and no other arm got a number"
    ending = " itself, the baseline" if best.ratio else ", and its baseline got no number"
    return f"{_rank(summary, best).capitalize()} at {what} is {name}{ending}"


def _what(summary: Summary) -> str:
    return sentence(summary.main_phase, summary.run.plan.problem.steps)


def _in_dtype(summary: Summary, arm: int) -> str:
    """``In float32, `` where arms of the run differ in their dtype."""
    timed = [cell for cell in summary.ranked(summary.main_phase) if cell.seconds]
    several = len({summary.arms[cell.arm].arm.dtype for cell in timed}) > 1
    return f"in {visible(summary.arms[arm].arm.dtype, 20)}, " if several else ""


def compared_with(summary: Summary, arm: int) -> str:
    """The arm's baseline in words, with its dtype where that is another one than the arm's."""
    base = summary.baseline_of(arm)
    name = described(base)
    differs = base.arm.dtype != summary.arms[arm].arm.dtype
    return f"{name}, which computes in {visible(base.arm.dtype, 20)}" if differs else name


def baselines_text(summary: Summary) -> str | None:
    """Which arms are compared with which baseline; None where all are with the plan's own."""
    told = []
    for dtype in dict.fromkeys(arm.arm.dtype for arm in summary.others):
        alike = [arm for arm in summary.others if arm.arm.dtype == dtype]
        base = summary.baseline_of(alike[0].arm.index)
        if base is not summary.baseline or base.arm.dtype != dtype:
            name, own = visible(base.name, 60), visible(base.arm.dtype, 20)
            which = name if base.arm.dtype == dtype else f"{name}, which computes in {own}"
            told.append(f"Arms in {visible(dtype, 20)} are compared with {which}.")
    return " ".join(told) or None


def sentences(summary: Summary) -> tuple[str, ...]:
    """The run in words: what was found, on what, and what to beware of."""
    found = (
        headline(summary),
        limit_text(summary),
        best_autodiff(summary),
        price_text(summary),
        *why(summary),
        *crossover_sentences(summary),
        baselines_text(summary),
        same_program(summary),
        verdict_counts(summary),
        twice(summary),
        "Null arm: " + summary.null_arm.text,
        smallest_effect(summary),
        harness(summary),
        disturbed(summary.run),
        measured_on(summary),
        *trouble_sentences(summary),
        *caveats(summary),
    )
    return tuple(text for text in found if text)


def brief(summary: Summary) -> tuple[str, ...]:
    """What a reader of the table must know besides: the page and ``sentences`` have the rest."""
    found = (
        limit_text(summary),
        *crossover_sentences(summary),
        verdict_counts(summary),
        same_program(summary),
        "Null arm: " + summary.null_arm.text,
        measured_again(summary.run),
        measured_on(summary),
        *trouble_sentences(summary),
        *caveats(summary),
    )
    return tuple(text for text in found if text)
