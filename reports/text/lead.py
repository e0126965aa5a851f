"""The lead in words: who is fastest, or who shares that, and against the baseline by how much."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.fastest import Front
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.text.arms import capital, described
from reports.text.clause import Clause, Compared, compared
from reports.text.names import visible
from reports.text.numbers import (
    TOO_FEW,
    is_too_wide,
    is_wide,
    ratio_text,
    shown_ratio,
    shown_seconds,
    times_as_fast,
)
from reports.text.phases import sentence

LESSON = "torch-lesson"  # the backend that is the lesson's code as it stands
MOST_NAMED = 3
UNSURE = "too few blocks to be sure of the order"


def lead_clauses(findings: Findings) -> tuple[Clause, ...]:
    """Who is fastest, whatever its dtype, and how that compares with its baseline.

    The suite asks what automatic differentiation costs: it is told of autodiff arms, of all arms
    where none of them is one.
    """
    lead = findings.lead
    if lead is None:
        return (Clause("fastest", "No arm of this run got a number."),)
    kind = "automatic derivative" if lead.first.differentiation == "autodiff" else "arm"
    told = Clause("fastest", _told(findings, lead, kind), _compared(findings, lead))
    beside = _beside_baseline(findings, lead)
    return (told, beside) if beside else (told,)


def _compared(findings: Findings, lead: Front[Arm]) -> tuple[Compared, ...]:
    behind = (
        compared(findings, one.arm, lead.first, one.ratio, one.is_slower) for one in lead.behind
    )
    return (compared(findings, lead.first), *behind)


def _told(findings: Findings, lead: Front[Arm], kind: str) -> str:
    cell = findings.cell(lead.first)
    assert cell is not None
    assert cell.seconds is not None
    took = f"{time_text(cell.seconds)} for {what(findings)}"
    name = named(findings, lead.first)
    if not lead.behind:
        return f"{capital(name)} is the one {kind} with a time: {took}."
    if lead.is_alone:
        return f"{capital(name)} is the fastest {kind}: {took}."
    if not all(one.ratio and is_known(one.ratio) for one in lead.sharing):
        took = f"{about(cell.seconds)} for {what(findings)}"  # why about, the end says
        return f"{capital(name)} took the least time, {took}; {_next(lead)}; {UNSURE}."
    return f"{_sharers(findings, lead)} share the lead of {kind}s: {took}; {_apart(lead)}."


def _sharers(findings: Findings, lead: Front[Arm]) -> str:
    """The arms in front, as the subject of a sentence."""
    names = [named(findings, arm) for arm in lead.arms[:MOST_NAMED]]
    more = len(lead.arms) - MOST_NAMED
    names += [f"{more} more"] if more > 0 else []
    return capital(f"{', '.join(names[:-1])} and {names[-1]}")


def _apart(lead: Front[Arm]) -> str:
    """By how much those that share the lead may be apart."""
    return ", ".join(
        f"{visible(one.arm.name, 60)} takes {ratio_text(one.ratio, 'times')} as long"
        for one in lead.sharing[: MOST_NAMED - 1]
        if one.ratio
    )


def _next(lead: Front[Arm]) -> str:
    """Who is next, and what it took in the blocks that there are."""
    one = lead.behind[0]
    name = visible(one.arm.name, 60)
    if one.ratio is None:
        return f"{name}, the next, has no block in common with it"
    return f"{name}, the next, took {shown_ratio(one.ratio).text} times as long"


def is_known(ratio: Estimate) -> bool:
    """Whether a ratio has an interval, and one that says something."""
    return ratio.low is not None and not is_too_wide(ratio)


def _beside_baseline(findings: Findings, lead: Front[Arm]) -> Clause | None:
    """The first of the lead against its baseline; None where that is itself."""
    cell = findings.cell(lead.first)
    if cell is None or cell.is_baseline:
        return None
    if cell.ratio is None:
        return Clause("baseline", f"Its baseline, {visible(cell.baseline.name, 60)}, has no time.")
    name = capital(named(findings, lead.first)) if not lead.is_alone and lead.behind else "It"
    is_shown = cell.verdict in ("faster", "slower")
    text = f"{name} {_against(cell, compared_with(findings, lead.first))}."
    of = compared(findings, lead.first, cell.baseline, cell.ratio, is_shown)
    return Clause("baseline", text, (of,))


def _against(cell: Cell, baseline: str) -> str:
    ratio = cell.ratio
    assert ratio is not None
    if ratio.low is None:
        return f"ran {times_as_fast(ratio)} as fast as {baseline}; one block shows nothing"
    if is_too_wide(ratio):
        if cell.verdict in ("faster", "slower"):
            return f"is {cell.verdict} than {baseline}; {TOO_FEW} by how much"
        return f"is set against {baseline}: {TOO_FEW} how they differ"
    if cell.verdict == "faster":
        return f"is {times_as_fast(ratio)} as fast as {baseline}"
    ending = "" if cell.verdict == "slower" else f": {cell.verdict}"
    return f"takes {ratio_text(ratio, 'times')} as long as {baseline}{ending}"


def ranking_text(findings: Findings) -> str | None:
    """Who leads all arms, those by hand too; None where the headline has said it or none may."""
    lead = findings.lead_of_all
    kinds = {cell.arm.differentiation == "autodiff" for cell in findings.timed()}
    if lead is None or len(kinds) == 1 or not findings.null_arm.is_usable:
        return None
    names = [visible(arm.name, 60) for arm in lead.arms]
    if lead.is_alone:
        return f"The fastest of all arms, those by hand too, is {names[0]}."
    if not all(one.ratio and is_known(one.ratio) for one in lead.sharing):
        return f"Of all arms, those by hand too, {names[0]} took the least time; {UNSURE}."
    more = len(names) - MOST_NAMED
    names = names[:MOST_NAMED] + ([f"{more} more"] if more > 0 else [])
    first, last = ", ".join(names[:-1]), names[-1]
    return f"{first} and {last} share the lead of all arms, those by hand too."


def rank(findings: Findings, arm: Arm, kind: str) -> str:
    """The arm's place among those like it, such as ``the fastest gradient``.

    Like it are the arms of its differentiation, device and dtype; it takes the least time of them.
    """
    lead = findings.lead_of_like(arm)
    if lead is None or not lead.behind:
        return f"the one {kind}"
    return f"the fastest {kind}" if lead.is_alone else f"one of the fastest {kind}s"


def named(findings: Findings, arm: Arm) -> str:
    """The arm described, with its dtype where the run has several and its name does not say it."""
    known = arm.dtype in arm.name
    return described(arm) + ("" if known else in_dtype(findings, arm.dtype))


def in_dtype(findings: Findings, dtype: str) -> str:
    """`` in float32`` where the run has times of several dtypes."""
    several = len({cell.arm.dtype for cell in findings.timed()}) > 1
    return f" in {visible(dtype, 20)}" if several else ""


def compared_with(findings: Findings, arm: Arm) -> str:
    """The arm's baseline in words, with its dtype where that is another one than the arm's."""
    base = findings.baseline_of(arm)
    name = visible(base.name, 60)
    is_lesson = base.backend == LESSON
    words = f"the lesson's own loop ({name})" if is_lesson else f"the baseline {name}"
    differs = base.dtype != arm.dtype
    return f"{words}, which computes in {visible(base.dtype, 20)}" if differs else words


def what(findings: Findings) -> str:
    """The main phase as the object of a sentence."""
    return sentence(findings.main_phase, findings.run.plan.problem)


def time_text(seconds: Estimate) -> str:
    """A time, with its interval where that is wide."""
    return about(seconds) + (f" ({TOO_FEW})" if is_too_wide(seconds) else "")


def about(seconds: Estimate) -> str:
    """The same without what explains an *about*."""
    shown = shown_seconds(seconds)
    if is_too_wide(seconds):
        return f"about {shown}"
    ends = f" ({shown.low} {shown.unit} to {shown.high} {shown.unit})"
    return str(shown) + (ends if is_wide(seconds) else "")
