"""Sizes in words: who overtakes whom, what a timed epoch is, what was proved."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.overtaking import Overtaking
from reports.findings.sweep import Axis
from reports.findings.terms import MISSING
from reports.text.cases import case_label, size_label
from reports.text.counted import counted as n_of
from reports.text.counted import noun as in_number
from reports.text.null_arm import unusable_cause
from reports.text.numbers import digits, rounded
from reports.text.problem import noun
from reports.text.sentence import MOST_NAMED, Sentence
from runfiles.records import Spec


def crossover_sentences(findings: Findings) -> tuple[Sentence, ...]:
    """Who overtakes whom along each axis, in sentences; none for a run without other sizes."""
    axes = findings.sweep.axes if findings.sweep else ()
    return tuple(text for axis in axes for text in told(axis))


def trouble_sentences(findings: Findings) -> tuple[Sentence, ...]:
    """What went wrong in the other cases, the first few in a sentence each; none where nothing."""
    found = [(point, _trouble(findings, point)) for point in findings.cases[1:]]
    lines = [
        Sentence("At {}: {}.", case_label(findings.cases, point), told)
        for point, told in found
        if told
    ]
    more = n_of(len(lines) - MOST_NAMED, "more case" if findings.problems else "more size")
    rest = Sentence("Something is amiss at {}.", more)
    return (*lines[:MOST_NAMED], *([rest] if len(lines) > MOST_NAMED else []))


def _trouble(findings: Findings, point: Findings) -> Sentence:
    own = {arm.name: arm.status for arm in findings.others}
    told_elsewhere: tuple[str, ...] = ("ok", MISSING)
    if point.run.plan.problem.objective != findings.run.plan.problem.objective:
        told_elsewhere = (*told_elsewhere, "unsupported")  # the map has the reason
    failed = [a for a in point.others if a.status not in (*told_elsewhere, own.get(a.name))]
    parts = [Sentence("{} is {}", arm, arm.status) for arm in failed[:MOST_NAMED]]
    if (more := len(failed) - MOST_NAMED) > 0:
        have = in_number(more, "has", "have")
        parts.append(Sentence("{} {} no number", n_of(more, "more arm"), have))
    if point.n_missing:
        planned = n_of(point.evidence.n_planned, "planned process", "planned processes")
        parts.append(Sentence("{} of {} not run", digits(point.n_missing), planned))
    if not point.null_arm.is_usable:
        parts.append(Sentence("the evidence is unusable, {}", unusable_cause(point.null_arm)))
    return Sentence.joined("; ", parts)


def told(axis: Axis) -> tuple[Sentence, ...]:
    """The first few overtakings along one axis, each as a sentence."""
    first, more = axis.told[:MOST_NAMED], len(axis.told) - MOST_NAMED
    *lines, last = [*map(overtaking_text, first)] or [Sentence()]
    if more > 0:
        do, pairs = in_number(more, "does", "do"), n_of(more, "more pair")
        last += Sentence(" So {} {} along the {}.", do, pairs, axis_words(axis))
    return (*lines, last) if last else ()


def overtaking_text(one: Overtaking) -> Sentence:
    """From which size on which arm is ahead of which, with the interval and the bracket."""
    ends = [rounded(end, 2) for end in (one.size.low, one.size.high) if end is not None]
    return Sentence(
        "From about {} {} on ({}measured at {} and {}), {} {} {}.",
        *(rounded(one.size.value, 2), unit(one.axis)),
        Sentence("{} to {}; ", *ends) if ends else Sentence(),
        *(one.measured_low, one.measured_high, one.ahead, verb(one), one.behind),
    )


def axis_words(axis: Axis) -> str:
    """The axis as a reader would call it."""
    return noun(axis.name)


def unit(name: str) -> str:
    """The unit of the sizes along an axis."""
    return "examples a batch" if name == "batch_size" else noun(name)


def along(axis: Axis) -> str:
    """The axis as the object of *by*."""
    words = axis_words(axis)
    return words if axis.name == "batch_size" else f"number of {words}"


def verb(one: Overtaking) -> str:
    """What the arm ahead does to the one behind."""
    return "takes the lead from" if one.changes_the_lead else "is faster than"


def epoch_text(spec: Spec) -> Sentence:
    """The steps of a timed epoch, such as ``first 1,000 of 10,000 steps``."""
    what, some = ("step", "steps") if spec.trained else ("minibatch", "minibatches")
    if spec.is_prefix:
        return Sentence("first {} of {} {}", spec.steps_timed, spec.n_steps, some)
    return n_of(spec.n_steps, what, some)


def proved_text(findings: Findings) -> Sentence:
    """What passing every check shows at one size."""
    if not findings.evidence.right:
        return Sentence("nothing: no arm passed")
    if not findings.run.plan.problem.trained:
        return Sentence("gradients and loss")
    recovers = findings.run.plan.problem.recovers
    return Sentence("answer recovered" if recovers else "trajectory only")


def label(findings: Findings) -> Sentence:
    """The size in a few words."""
    return size_label(findings.run.plan.problem)
