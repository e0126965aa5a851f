"""The lead in words: who is fastest, or who shares that, and against the baseline by how much."""

from __future__ import annotations

from reports.estimates.fastest import Front, front_of, timed
from reports.estimates.intervals import Estimate
from reports.estimates.ratios import Cell, Summary
from reports.words.arm_words import capital, described
from reports.words.clause import Clause, Compared
from reports.words.names import visible
from reports.words.numbers import (
    TOO_FEW,
    is_too_wide,
    is_wide,
    ratio_text,
    shown_seconds,
    times_as_fast,
)
from reports.words.phases import sentence
from runfiles.records import Arm

LESSON = "torch-lesson"  # the backend that is the lesson's code as it stands
MOST_NAMED = 3


def lead_clauses(summary: Summary) -> tuple[Clause, ...]:
    """Who is fastest, whatever its dtype, and how that compares with its baseline.

    The suite asks what automatic differentiation costs: it is told of autodiff arms, of all arms
    where none of them is one.
    """
    kind, arms = "automatic derivative", timed(summary, "autodiff")
    if not arms:
        kind, arms = "arm", timed(summary)
    lead = front_of(summary, arms)
    if lead is None:
        return (Clause("fastest", "No arm of this run got a number."),)
    told = Clause("fastest", _told(summary, lead, kind), _compared(lead))
    beside = _beside_baseline(summary, lead)
    return (told, beside) if beside else (told,)


def _compared(lead: Front) -> tuple[Compared, ...]:
    behind = (Compared(one.arm, lead.first, one.ratio, one.is_slower) for one in lead.behind)
    return (Compared(lead.first), *behind)


def _told(summary: Summary, lead: Front, kind: str) -> str:
    cell = summary.cell(lead.first, summary.main_phase)
    assert cell is not None
    assert cell.seconds is not None
    took = f"{time_text(cell.seconds)} for {what(summary)}"
    name = named(summary, lead.first)
    if not lead.behind:
        return f"{capital(name)} is the one {kind} with a time: {took}."
    if lead.is_alone:
        return f"{capital(name)} is the fastest {kind}: {took}."
    if not any(one.ratio and one.ratio.low is not None for one in lead.sharing):
        return f"{capital(name)} took the least time, {took}; {TOO_FEW} which {kind} is fastest."
    return f"{_sharers(summary, lead)} share the lead of {kind}s: {took}; {_apart(summary, lead)}."


def _sharers(summary: Summary, lead: Front) -> str:
    """The arms in front, as the subject of a sentence."""
    names = [named(summary, arm) for arm in lead.arms[:MOST_NAMED]]
    more = len(lead.arms) - MOST_NAMED
    names += [f"{more} more"] if more > 0 else []
    return capital(f"{', '.join(names[:-1])} and {names[-1]}")


def _apart(summary: Summary, lead: Front) -> str:
    """By how much those that share the lead may be apart."""
    named = [(one, visible(summary.arms[one.arm].name, 60)) for one in lead.sharing]
    named = named[: MOST_NAMED - 1]
    known = [(one.ratio, name) for one, name in named if one.ratio and is_known(one.ratio)]
    told = [f"{name} takes {ratio_text(ratio, 'times')} as long" for ratio, name in known]
    unknown = [name for one, name in named if not (one.ratio and is_known(one.ratio))]
    takes = "take" if len(unknown) > 1 else "takes"
    more = f"{TOO_FEW} how much longer {' and '.join(unknown)} {takes}"
    return ", ".join([*told, more] if unknown else told)


def is_known(ratio: Estimate) -> bool:
    """Whether a ratio has an interval, and one that says something."""
    return ratio.low is not None and not is_too_wide(ratio)


def _beside_baseline(summary: Summary, lead: Front) -> Clause | None:
    """The first of the lead against its baseline; None where that is itself."""
    cell = summary.cell(lead.first, summary.main_phase)
    base = summary.baselines[lead.first]
    if cell is None or base == lead.first:
        return None
    if cell.ratio is None:
        return Clause(
            "baseline", f"Its baseline, {visible(summary.arms[base].name, 60)}, has no time."
        )
    name = capital(named(summary, lead.first)) if not lead.is_alone and lead.behind else "It"
    is_shown = cell.verdict in ("faster", "slower")
    text = f"{name} {_against(cell, compared_with(summary, lead.first))}."
    return Clause("baseline", text, (Compared(lead.first, base, cell.ratio, is_shown),))


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


def ranking_text(summary: Summary) -> str | None:
    """Who leads all arms, those by hand too; None where the headline has said it or none may."""
    arms, n_autodiff = timed(summary), len(timed(summary, "autodiff"))
    lead = front_of(summary, arms)
    if lead is None or n_autodiff in (0, len(arms)):
        return None
    if not summary.null_arm.is_usable:
        return None
    names = [visible(summary.arms[arm].name, 60) for arm in lead.arms]
    if lead.is_alone:
        return f"The fastest of all arms, those by hand too, is {names[0]}."
    if not any(one.ratio and one.ratio.low is not None for one in lead.sharing):
        return f"There are {TOO_FEW} which of all arms is the fastest."
    more = len(names) - MOST_NAMED
    names = names[:MOST_NAMED] + ([f"{more} more"] if more > 0 else [])
    first, last = ", ".join(names[:-1]), names[-1]
    return f"{first} and {last} share the lead of all arms, those by hand too."


def rank(summary: Summary, arm: int, kind: str) -> str:
    """The arm's place among those like it, such as ``the fastest gradient``.

    Like it are the arms of its differentiation, device and dtype; it takes the least time of them.
    """
    mine = summary.arms[arm]
    same = timed(summary, mine.differentiation)
    lead = front_of(summary, (i for i in same if is_like(summary.arms[i].arm, mine.arm)))
    if lead is None or not lead.behind:
        return f"the one {kind}"
    return f"the fastest {kind}" if lead.is_alone else f"one of the fastest {kind}s"


def is_like(one: Arm, other: Arm) -> bool:
    """Whether two arms compute on one device in one dtype."""
    return (one.device, one.dtype) == (other.device, other.dtype)


def named(summary: Summary, arm: int) -> str:
    """The arm described, with its dtype where the run has several and its name does not say it."""
    found = summary.arms[arm]
    dtype = found.arm.dtype
    return described(found) + ("" if dtype in found.name else in_dtype(summary, dtype))


def in_dtype(summary: Summary, dtype: str) -> str:
    """`` in float32`` where the run has times of several dtypes."""
    several = len({summary.arms[index].arm.dtype for index in timed(summary)}) > 1
    return f" in {visible(dtype, 20)}" if several else ""


def compared_with(summary: Summary, arm: int) -> str:
    """The arm's baseline in words, with its dtype where that is another one than the arm's."""
    base = summary.baseline_of(arm)
    name = visible(base.name, 60)
    is_lesson = base.arm.backend == LESSON
    words = f"the lesson's own loop ({name})" if is_lesson else f"the baseline {name}"
    differs = base.arm.dtype != summary.arms[arm].arm.dtype
    return f"{words}, which computes in {visible(base.arm.dtype, 20)}" if differs else words


def what(summary: Summary) -> str:
    """The main phase as the object of a sentence."""
    return sentence(summary.main_phase, summary.run.plan.problem)


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
