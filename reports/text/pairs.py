"""Pairs in words: what the newer arm of each takes, and what the gate says."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.pairs import Gate, Gated, Pair
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.null_arm import judgement_text
from reports.text.numbers import difference, shown_ratio
from reports.text.phases import sentence, words
from reports.text.sentence import Sentence, few


def pair_name(new: Arm, old: Arm) -> Sentence:
    """``NEW ÷ OLD``."""
    return Sentence("{} ÷ {}", new, old)


def pair_sentences(findings: Findings) -> tuple[Sentence, ...]:
    """What every pair came to in the main phase."""
    pairs = (pair for pair in findings.pairs if pair.phase == findings.main_phase)
    return tuple(_sentence(findings, pair) for pair in pairs)


def gate_sentence(findings: Findings) -> Sentence | None:
    """What the gate says, None where none was asked for."""
    return gate_text(findings.gate) if findings.gate else None


def widened(cells: tuple[Pair, ...]) -> Sentence:
    """How the intervals of pairs are to be read."""
    together = Sentence(", widened so that all {} hold together", len(cells))
    told = "New ÷ old, paired inside blocks, with 95 % intervals{}."
    return Sentence(told, together if len(cells) > 1 else "")


def gate_text(asked: Gate) -> Sentence:
    """The gate's outcome and its reason, in a sentence or two."""
    if asked.outcome == "undecided":
        return Sentence("Gate: undecided, no regression is confirmed. {}", _why(asked))
    over = counted(asked.n_cells, "cell")
    if asked.outcome == "passed":
        passed = "Gate: passed, no confirmed regression over {}.{}"
        return Sentence(passed, over, _could_see(asked))
    told = few([_told(asked, one) for one in asked.regressions], "; and others")
    confirmed = counted(asked.n_regressions, "confirmed regression")
    return Sentence("Gate: {} over {}: {}.", confirmed, over, told)


def _sentence(findings: Findings, cell: Pair) -> Sentence:
    what = sentence(cell.phase, findings.run.plan.problem)
    told = (cell.new, _times(cell), what, cell.old, cell.verdict or "unusable evidence")
    return Sentence("{} takes {} as long over {} as {}: {}.", *told)


def _told(asked: Gate, one: Gated) -> Sentence:
    assert one.pair is not None
    several = len(asked.cases) > 1
    where = Sentence(" at {}", case_label(asked.cases, one.case)) if several else ""
    told = (pair_name(one.new, one.old), words(one.pair.phase), _times(one.pair), where)
    return Sentence("{}, {} {}{}", *told)


def _times(cell: Pair) -> Sentence:
    """The ratio with the interval that decides."""
    shown = shown_ratio(cell.corrected)
    return Sentence("{} times{}", shown, shown.aside)


def _why(asked: Gate) -> Sentence:
    """What keeps the gate from passing: arms without times, else what identical arms may do."""
    if asked.untimed:
        names = few([pair_name(one.new, one.old) for one in asked.untimed], " and {} more", ", ")
        return Sentence("Without a time of both arms in one block: {}.", names)
    case = asked.unshown[0] if asked.unshown else asked.unjudged[0].case
    where = Sentence("At {}: ", case_label(asked.cases, case))
    told = judgement_text(case.null_arm) if asked.unshown else _unjudged(asked)
    return where + told if len(asked.cases) > 1 else told


def _unjudged(asked: Gate) -> Sentence:
    """That a pair is slower where nothing says what identical arms may do."""
    one = asked.unjudged[0]
    assert one.pair is not None
    told = "{} is slower in {}, in which no two identical arms were compared."
    return Sentence(told, pair_name(one.new, one.old), words(one.pair.phase))


def _could_see(asked: Gate) -> Sentence:
    """The difference that a gate which passed would have called, in every pair and size."""
    if asked.could_see is None:
        return Sentence()
    told = " One of {} would have been called, 4 times in 5."
    return Sentence(told, difference(asked.could_see))
