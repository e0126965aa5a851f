"""Sizes in words: who overtakes whom, what a timed epoch is, what was proved."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.overtaking import Overtaking
from reports.findings.sweep import Axis
from reports.findings.terms import MISSING
from reports.text.cases import case_label, size_label
from reports.text.counted import counted as n_of
from reports.text.counted import noun as in_number
from reports.text.names import visible
from reports.text.null_arm import unusable_cause
from reports.text.numbers import plain
from reports.text.problem import noun
from runfiles.records import Spec

MOST_TOLD = 3  # of an axis, in the terminal; the page has more, cells.json all


def crossover_sentences(findings: Findings) -> tuple[str, ...]:
    """Who overtakes whom along each axis, in sentences; none for a run without other sizes."""
    axes = findings.sweep.axes if findings.sweep else ()
    return tuple(text for axis in axes for text in told(axis))


def trouble_sentences(findings: Findings) -> tuple[str, ...]:
    """What went wrong in the other cases, the first few in a sentence each; none where nothing."""
    others = findings.cases[1:]
    found = [(point, _trouble(findings, point)) for point in others]
    lines = [f"At {case_label(findings.cases, point)}: {text}." for point, text in found if text]
    first, more = lines[:MOST_TOLD], len(lines) - MOST_TOLD
    what = "more case" if findings.problems else "more size"
    return (*first, f"Something is amiss at {n_of(more, what)}.") if more > 0 else tuple(first)


def _trouble(findings: Findings, point: Findings) -> str:
    own = {arm.name: arm.status for arm in findings.others}
    told_elsewhere: tuple[str, ...] = ("ok", MISSING)
    if point.run.plan.problem.objective != findings.run.plan.problem.objective:
        told_elsewhere = (*told_elsewhere, "unsupported")  # the map has the reason
    failed = [a for a in point.others if a.status not in (*told_elsewhere, own.get(a.name))]
    parts = [f"{visible(arm.name, 40)} is {arm.status}" for arm in failed[:MOST_TOLD]]
    if len(failed) > MOST_TOLD:
        more = len(failed) - MOST_TOLD
        parts.append(f"{n_of(more, 'more arm')} {in_number(more, 'has', 'have')} no number")
    if point.n_missing:
        planned = sum(len(block) for block in point.run.plan.blocks)
        parts.append(
            f"{point.n_missing} of {n_of(planned, 'planned process', 'planned processes')} not run"
        )
    if not point.null_arm.is_usable:
        parts.append(f"the evidence is unusable, {unusable_cause(point.null_arm)}")
    return "; ".join(parts)


def told(axis: Axis) -> tuple[str, ...]:
    """The first few overtakings along one axis, each as a sentence."""
    first, more = axis.told[:MOST_TOLD], len(axis.told) - MOST_TOLD
    lines = [overtaking_text(one) for one in first]
    if more > 0:
        pairs = f"{in_number(more, 'does', 'do')} {n_of(more, 'more pair')}"
        lines[-1] += f" So {pairs} along the {axis_words(axis)}."
    return tuple(lines)


def overtaking_text(one: Overtaking) -> str:
    """From which size on which arm is ahead of which, with the interval and the bracket."""
    ahead, behind = (visible(arm.name, 60) for arm in (one.ahead, one.behind))
    size, low, high = (plain(value, 2) for value in (one.size.value, one.size.low, one.size.high))
    measured = f"measured at {one.measured_low:,} and {one.measured_high:,}"
    where = f"From about {size} {unit(one.axis)} on ({low} to {high}; {measured})"
    return f"{where}, {ahead} {verb(one)} {behind}."


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


def epoch_text(spec: Spec) -> str:
    """The steps of a timed epoch, such as ``first 1,000 of 10,000 steps``."""
    whole, what = spec.n_steps, "step" if spec.trained else "minibatch"
    some = f"{what}s" if spec.trained else f"{what}es"
    if spec.is_prefix:
        return f"first {spec.steps_timed:,} of {whole:,} {some}"
    return f"{whole:,} {some if whole != 1 else what}"


def proved_text(findings: Findings) -> str:
    """What passing every check shows at one size."""
    if not any(arm.status == "ok" for arm in findings.others):
        return "nothing: no arm passed"
    if not findings.run.plan.problem.trained:
        return "gradients and loss"
    return "answer recovered" if findings.run.plan.problem.recovers else "trajectory only"


def label(findings: Findings) -> str:
    """The size in a few words."""
    return size_label(findings.run.plan.problem)
