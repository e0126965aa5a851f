"""The headline: what a run found, in clauses drawn from its cells."""

from __future__ import annotations

from reports.estimates.ratios import Summary
from reports.words.alike_words import alike_clauses
from reports.words.by_hand import best_autodiff
from reports.words.clause import Clause, Headline
from reports.words.dispatch_words import dispatch_clauses
from reports.words.disturbed import again, kept_text, measured_again
from reports.words.evidence import (
    caveats,
    harness,
    measured_on,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.words.far_blocks import far_blocks_text
from reports.words.lead_words import lead_clauses, ranking_text
from reports.words.names import visible
from reports.words.null_arm import judgement_text, labelled_text, unusable_cause
from reports.words.pair_words import gate_sentence, pair_sentences
from reports.words.sealing import sealing_sentences
from reports.words.size_words import crossover_sentences, trouble_sentences
from reports.words.why import why
from reports.yardsticks.words import limit_text, price_clauses


def headline(summary: Summary) -> Headline:
    """Who is fastest; equals in execution side by side; what autodiff costs; what was measured.

    No clause says more than the interval of its numbers: see ``estimates/fastest.py``.
    """
    if not summary.null_arm.is_usable:
        text = f"This run's evidence is unusable: {unusable_cause(summary.null_arm)}."
        return Headline((Clause("evidence", text),))
    return Headline(
        (
            *lead_clauses(summary),
            *alike_clauses(summary),
            *price_clauses(summary),
            *dispatch_clauses(summary),
            *_evidence(summary),
        )
    )


def _evidence(summary: Summary) -> tuple[Clause, ...]:
    """What is too small to mean anything, unless identical arms are shown to agree."""
    is_shown = summary.null_arm.state == "shown"
    return () if is_shown else (Clause("evidence", judgement_text(summary)),)


def _null_text(summary: Summary) -> str | None:
    """The null arm's judgement where the headline does not have it."""
    return None if summary.null_arm.state == "not shown" else labelled_text(summary)


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
        *(clause.text for clause in headline(summary).clauses),
        ranking_text(summary),
        limit_text(summary),
        best_autodiff(summary),
        *why(summary),
        *crossover_sentences(summary),
        baselines_text(summary),
        same_program(summary),
        verdict_counts(summary),
        *pair_sentences(summary),
        gate_sentence(summary),
        twice(summary),
        _null_text(summary),
        smallest_effect(summary),
        harness(summary),
        far_blocks_text(summary),
        again(summary.run),
        kept_text(summary.run),
        measured_on(summary),
        *sealing_sentences(summary.run),
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
        _null_text(summary),
        far_blocks_text(summary),
        measured_again(summary.run),
        kept_text(summary.run),
        measured_on(summary),
        *sealing_sentences(summary.run),
        *trouble_sentences(summary),
        *caveats(summary),
    )
    return tuple(text for text in found if text)
