"""The headline: what a run found, in clauses drawn from its cells, and in sentences besides."""

from __future__ import annotations

from collections.abc import Iterable

from reports.findings.findings import Findings
from reports.text.alike import alike_clauses
from reports.text.clause import Clause, Headline
from reports.text.dispatch import dispatch_clauses, why
from reports.text.disturbed import again, kept_text, measured_again
from reports.text.evidence import (
    caveats,
    far_blocks_text,
    harness,
    measured_on,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.text.lead import lead_clauses, ranking_text
from reports.text.limit import limit_text
from reports.text.machine import sealing_sentences
from reports.text.machines import apart_text, fewer_text
from reports.text.null_arm import judgement_text, labelled_text, unusable_cause
from reports.text.pairs import gate_sentence, pair_sentences
from reports.text.price import best_autodiff, price_clauses
from reports.text.sentence import Sentence
from reports.text.sizes import crossover_sentences, trouble_sentences


def headline(findings: Findings) -> Headline:
    """Who is fastest; equals in execution side by side; what autodiff costs; what was measured.

    No clause says more than the interval of its numbers: see ``findings/fastest.py``. Made once.
    """
    return findings.once(_headline)


def _headline(findings: Findings) -> Headline:
    if not findings.null_arm.is_usable:
        text = "This run's evidence is unusable: {}."
        return Headline((Clause("evidence", Sentence(text, unusable_cause(findings.null_arm))),))
    return Headline(
        (
            *lead_clauses(findings),
            *alike_clauses(findings),
            *price_clauses(findings),
            *dispatch_clauses(findings),
            *_evidence(findings),
        )
    )


def _evidence(findings: Findings) -> tuple[Clause, ...]:
    """What is too small to mean anything, unless identical arms are shown to agree."""
    is_shown = findings.null_arm.state == "shown"
    return () if is_shown else (Clause("evidence", judgement_text(findings.null_arm)),)


def _null_text(findings: Findings) -> Sentence | None:
    """The null arm's judgement where the headline does not have it."""
    return None if findings.null_arm.state == "not shown" else labelled_text(findings.null_arm)


def baselines_text(findings: Findings) -> Sentence | None:
    """Which arms are compared with which baseline; None where all are with the plan's own."""
    told = []
    for dtype in dict.fromkeys(arm.dtype for arm in findings.others):
        alike = [arm for arm in findings.others if arm.dtype == dtype]
        base = findings.baseline_of(alike[0])
        if base is not findings.baseline or base.dtype != dtype:
            own = Sentence(", which computes in {}", base.dtype) if base.dtype != dtype else ""
            told.append(Sentence("Arms in {} are compared with {}{}.", dtype, base, own))
    return Sentence.joined(" ", told) if told else None


def sentences(findings: Findings) -> tuple[Sentence, ...]:
    """The run in words: what was found, on what, and what to beware of."""
    return _said(
        (
            *(clause.sentence for clause in headline(findings).clauses),
            ranking_text(findings),
            limit_text(findings),
            best_autodiff(findings),
            *why(findings),
            *crossover_sentences(findings),
            baselines_text(findings),
            same_program(findings),
            verdict_counts(findings),
            *pair_sentences(findings),
            gate_sentence(findings),
            twice(findings),
            _null_text(findings),
            smallest_effect(findings),
            harness(findings),
            far_blocks_text(findings),
            apart_text(findings),
            fewer_text(findings),
            again(findings.run),
            kept_text(findings),
            *_of_machine(findings),
        )
    )


def brief(findings: Findings) -> tuple[Sentence, ...]:
    """What a reader of the table must know besides: the page and ``sentences`` have the rest."""
    return _said(
        (
            limit_text(findings),
            *crossover_sentences(findings),
            baselines_text(findings),
            verdict_counts(findings),
            same_program(findings),
            _null_text(findings),
            far_blocks_text(findings),
            apart_text(findings),
            fewer_text(findings),
            measured_again(findings.run),
            kept_text(findings),
            *_of_machine(findings),
        )
    )


def _of_machine(findings: Findings) -> tuple[Sentence, ...]:
    """Where it was measured, and what to beware of."""
    return (
        measured_on(findings),
        *sealing_sentences(findings),
        *trouble_sentences(findings),
        *caveats(findings),
    )


def _said(found: Iterable[Sentence | None]) -> tuple[Sentence, ...]:
    return tuple(text for text in found if text)
