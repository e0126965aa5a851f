"""Pairs in words: what the newer arm of each takes, and what the gate says."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.pairs import Gate, Gated, Pair
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.names import visible
from reports.text.null_arm import judgement_text
from reports.text.numbers import difference, shown_ratio
from reports.text.phases import sentence, words

NAMED = 60  # characters of an arm's name
MOST_NAMED = 3  # of what is told one by one


def pair_name(new: Arm, old: Arm) -> str:
    """``NEW ÷ OLD``."""
    return " ÷ ".join(visible(arm.name, NAMED) for arm in (new, old))


def pair_sentences(findings: Findings) -> tuple[str, ...]:
    """What every pair came to in the main phase."""
    pairs = (pair for pair in findings.pairs if pair.phase == findings.main_phase)
    return tuple(_sentence(findings, pair) for pair in pairs)


def gate_sentence(findings: Findings) -> str | None:
    """What the gate says, None where none was asked for."""
    return gate_text(findings.gate) if findings.gate else None


def widened(cells: tuple[Pair, ...]) -> str:
    """How the intervals of pairs are to be read."""
    together = f", widened so that all {len(cells)} hold together" if len(cells) > 1 else ""
    return f"New ÷ old, paired inside blocks, with 95 % intervals{together}."


def gate_text(asked: Gate) -> str:
    """The gate's outcome and its reason, in a sentence or two."""
    over = f"over {counted(len(asked.cells), 'cell')}"
    if asked.outcome == "regression":
        found = asked.regressions
        told = "; ".join(_told(asked, one) for one in found[:MOST_NAMED])
        more = "; and others" if len(found) > MOST_NAMED else ""
        confirmed = counted(len(found), "confirmed regression")
        return f"Gate: {confirmed} {over}: {told}{more}."
    if asked.outcome == "undecided":
        why = _why(asked)
        return f"Gate: undecided, no regression is confirmed. {why}"
    return f"Gate: passed, no confirmed regression {over}.{_could_see(asked)}"


def _sentence(findings: Findings, cell: Pair) -> str:
    old, new = (visible(arm.name, NAMED) for arm in (cell.old, cell.new))
    what = sentence(cell.phase, findings.run.plan.problem)
    called = cell.verdict or "unusable evidence"
    return f"{new} takes {_times(cell)} as long over {what} as {old}: {called}."


def _told(asked: Gate, one: Gated) -> str:
    assert one.pair is not None
    where = f" at {case_label(asked.cases, one.case)}" if len(asked.cases) > 1 else ""
    return f"{pair_name(one.new, one.old)}, {words(one.pair.phase)} {_times(one.pair)}{where}"


def _times(cell: Pair) -> str:
    """The ratio with the interval that decides."""
    shown = shown_ratio(cell.corrected)
    return f"{shown.text} times{shown.aside}"


def _why(asked: Gate) -> str:
    """What keeps the gate from passing: arms without times, else what identical arms may do."""
    if asked.untimed:
        named = ", ".join(pair_name(one.new, one.old) for one in asked.untimed[:MOST_NAMED])
        return f"Without a time of both arms in one block: {named}."
    case = asked.unshown[0] if asked.unshown else asked.unjudged[0].case
    where = f"At {case_label(asked.cases, case)}: " if len(asked.cases) > 1 else ""
    return where + (judgement_text(case.null_arm) if asked.unshown else _unjudged(asked))


def _unjudged(asked: Gate) -> str:
    """That a pair is slower where nothing says what identical arms may do."""
    one = asked.unjudged[0]
    assert one.pair is not None
    return (
        f"{pair_name(one.new, one.old)} is slower in {words(one.pair.phase)}, in which no two "
        "identical arms were compared."
    )


def _could_see(asked: Gate) -> str:
    """The difference that a gate which passed would have called, in every pair and size."""
    main = [one.pair for one in asked.cells if one.pair and one.pair.phase == one.case.main_phase]
    known = [pair.mde for pair in main if pair.mde is not None]
    if not known:
        return ""
    return f" One of {difference(max(known))} would have been called, 4 times in 5."
