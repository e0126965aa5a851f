"""The lead in words: who is fastest, or who shares that, and against the baseline by how much."""

from __future__ import annotations

from collections.abc import Sequence

from reports.findings.arms import Arm
from reports.findings.cells import Cell
from reports.findings.fastest import Front
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.text.arms import described
from reports.text.clause import Clause
from reports.text.machines import there
from reports.text.numbers import TOO_FEW, shown_ratio, shown_seconds, times_as_fast, times_text
from reports.text.phases import sentence
from reports.text.sentence import MOST_NAMED, Filled, Number, Sentence, listed

LESSON = "torch-lesson"  # the backend that is the lesson's code as it stands


def lead_clauses(findings: Findings) -> tuple[Clause, ...]:
    """Who is fastest, whatever its dtype, and how that compares with its baseline.

    The suite asks what automatic differentiation costs: it is told of autodiff arms, of all arms
    where none of them is one.
    """
    lead = findings.lead
    if lead is None:
        return (Clause("fastest", Sentence("No arm of this run got a number.")),)
    behind = (findings.compared(b.arm, lead.first, b.ratio, b.is_slower) for b in lead.behind)
    arms = (findings.compared(lead.first), *behind)
    told = Clause("fastest", _told(findings, lead), arms=arms)
    beside = _beside_baseline(findings, lead)
    return (told, beside) if beside else (told,)


def _told(findings: Findings, lead: Front[Arm]) -> Sentence:
    cell = findings.cell(lead.first)
    assert cell is not None
    assert cell.seconds is not None
    name, seconds = named(findings, lead.first, is_first=True), cell.seconds
    kind = "automatic derivative" if lead.first.differentiation == "autodiff" else "arm"
    took = Sentence("{} for {}{}", time_text(seconds), what(findings), there(findings))
    if lead.is_alone:
        which = f"the fastest {kind}" if lead.behind else f"the one {kind} with a time"
        return Sentence("{} is {}: {}.", name, which, took)
    if is_sure(lead):
        sharers = _first_few([named(findings, arm, arm is lead.first) for arm in lead.arms])
        template = "{} share the lead of {}s: {}; {}."
        return Sentence(template, sharers, kind, took, _apart(lead))
    took = Sentence("{} for {}{}", about(seconds), what(findings), there(findings))
    return Sentence(
        "{} took the least time, {}; {}; {}.", name, took, _next(lead), _unsure(findings)
    )


def _unsure(findings: Findings) -> str:
    units = "machines" if findings.machines.claim == "machines like these" else "blocks"
    return f"too few {units} to be sure of the order"


def _first_few(names: Sequence[Filled]) -> Sentence:
    """The first few, and how many more there are."""
    more = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], *([Sentence("{} more", more)] if more > 0 else [])])


def is_sure(lead: Front[Arm]) -> bool:
    """Whether of all that share a lead it is known how near to it they are."""
    return all(one.ratio and one.ratio.is_known for one in lead.sharing)


def _apart(lead: Front[Arm]) -> Sentence:
    """By how much those that share the lead may be apart."""
    sharing = lead.sharing[: MOST_NAMED - 1]
    told = [(one.arm, times_text(one.ratio)) for one in sharing if one.ratio]
    return Sentence.joined(", ", (Sentence("{} takes {} as long", *one) for one in told))


def _next(lead: Front[Arm]) -> Sentence:
    """Who is next, and what it took in the blocks that there are."""
    one = lead.behind[0]
    if one.ratio is None:
        return Sentence("{}, the next, has no block in common with it", one.arm)
    return Sentence("{}, the next, took {} times as long", one.arm, shown_ratio(one.ratio))


def _beside_baseline(findings: Findings, lead: Front[Arm]) -> Clause | None:
    """The first of the lead against its baseline; None where that is itself."""
    cell = findings.cell(lead.first)
    if cell is None or cell.is_baseline:
        return None
    if cell.ratio is None:
        return Clause("baseline", Sentence("Its baseline, {}, has no time.", cell.baseline))
    name = "It" if lead.is_alone else named(findings, lead.first, is_first=True)
    against = _against(cell, cell.ratio, compared_with(findings, lead.first))
    is_shown = cell.verdict in ("faster", "slower")
    of = findings.compared(lead.first, cell.baseline, cell.ratio, is_shown)
    return Clause("baseline", Sentence("{} {}.", name, against), arms=(of,))


def _against(cell: Cell, ratio: Estimate, baseline: Sentence) -> Sentence:
    is_shown = cell.verdict in ("faster", "slower")
    if ratio.low is None:
        nothing = "one block shows nothing" if ratio.n < 2 else "so few blocks show nothing"
        told = Sentence("ran {} as fast as {}", times_as_fast(ratio), baseline)
        return Sentence("{}; {}", told, nothing)
    if ratio.is_too_wide and is_shown:
        return Sentence(f"is {cell.verdict} than {{}}; {TOO_FEW} by how much", baseline)
    if ratio.is_too_wide:
        return Sentence(f"is set against {{}}: {TOO_FEW} how they differ", baseline)
    if cell.verdict == "faster":
        return Sentence("is {} as fast as {}", times_as_fast(ratio), baseline)
    ending = "" if cell.verdict == "slower" else f": {cell.verdict}"
    return Sentence("takes {} as long as {}{}", times_text(ratio), baseline, ending)


def ranking_text(findings: Findings) -> Sentence | None:
    """Who leads all arms, those by hand too; None where the headline has said it or none may."""
    lead = findings.lead_of_all
    kinds = {cell.arm.differentiation == "autodiff" for cell in findings.timed()}
    if lead is None or len(kinds) == 1 or not findings.null_arm.is_usable:
        return None
    if lead.is_alone:
        return Sentence("The fastest of all arms, those by hand too, is {}.", lead.first)
    if is_sure(lead):
        names = _first_few(lead.arms)
        return Sentence("{} share the lead of all arms, those by hand too.", names)
    least = "Of all arms, those by hand too, {} took the least time; {}."
    return Sentence(least, lead.first, _unsure(findings))


def rank(findings: Findings, arm: Arm, kind: str) -> str:
    """The arm's place among those like it, such as ``the fastest gradient``.

    Like it are the arms of its differentiation, device and dtype; it takes the least time of them.
    """
    lead = findings.lead_of_like(arm)
    if lead is None or not lead.behind:
        return f"the one {kind}"
    return f"the fastest {kind}" if lead.is_alone else f"one of the fastest {kind}s"


def named(findings: Findings, arm: Arm, is_first: bool = False) -> Sentence:
    """The arm described, with its dtype where the run has several and its name does not say it."""
    known = arm.dtype in arm.name
    return described(arm, is_first) + ("" if known else in_dtype(findings, arm.dtype))


def in_dtype(findings: Findings, dtype: str) -> Sentence:
    """`` in float32`` where the run has times of several dtypes."""
    return Sentence(" in {}", dtype) if findings.several_dtypes else Sentence()


def compared_with(findings: Findings, arm: Arm) -> Sentence:
    """The arm's baseline in words, with its dtype where that is another one than the arm's."""
    base = findings.baseline_of(arm)
    is_lesson = base.backend == LESSON
    name = Sentence("the lesson's own loop ({})" if is_lesson else "the baseline {}", base)
    differs = Sentence(", which computes in {}", base.dtype)
    return name if base.dtype == arm.dtype else name + differs


def what(findings: Findings) -> Sentence:
    """The main phase as the object of a sentence."""
    return sentence(findings.main_phase, findings.run.plan.problem)


def time_text(seconds: Estimate) -> Sentence:
    """A time, with its interval where that is wide."""
    return about(seconds) + (f" ({TOO_FEW})" if seconds.is_too_wide else "")


def about(seconds: Estimate) -> Sentence:
    """The same without what explains an *about*."""
    shown = shown_seconds(seconds)
    if seconds.is_too_wide:
        return Sentence("about {}", shown)
    if not seconds.is_wide or shown.low is None or shown.high is None:
        return Sentence("{}", shown)
    low, high = (Number(one.value, one.digits, shown.unit) for one in (shown.low, shown.high))
    return Sentence("{} ({} to {})", shown, low, high)
