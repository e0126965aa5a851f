"""Pairs in words: what the newer arm of each takes, and what the gate says."""

from __future__ import annotations

from reports.estimates.pairs import Gate, PairCell, gate, pair_cells
from reports.estimates.ratios import Summary
from reports.words.case_words import case_label
from reports.words.counted import counted
from reports.words.names import visible
from reports.words.null_arm import judgement_text
from reports.words.numbers import difference, shown_ratio
from reports.words.phases import sentence, words
from runfiles.records import Pair

NAMED = 60  # characters of an arm's name
MOST_NAMED = 3  # of what is told one by one


def pair_name(summary: Summary, pair: Pair) -> str:
    """``NEW ÷ OLD``."""
    return " ÷ ".join(visible(summary.arms[arm].name, NAMED) for arm in (pair.new, pair.old))


def pair_sentences(summary: Summary) -> tuple[str, ...]:
    """What every pair came to in the main phase."""
    cells = pair_cells(summary)
    return tuple(_sentence(summary, cell) for cell in cells if cell.phase == summary.main_phase)


def gate_sentence(summary: Summary) -> str | None:
    """What the gate says, None where none was asked for."""
    asked = gate(summary)
    return gate_text(summary, asked) if asked else None


def widened(cells: tuple[PairCell, ...]) -> str:
    """How the intervals of pairs are to be read."""
    together = f", widened so that all {len(cells)} hold together" if len(cells) > 1 else ""
    return f"New ÷ old, paired inside blocks, with 95 % intervals{together}."


def gate_text(summary: Summary, asked: Gate) -> str:
    """The gate's outcome and its reason, in a sentence or two."""
    over = f"over {counted(len(asked.cells), 'cell')}"
    if asked.outcome == "regression":
        found = asked.regressions
        told = "; ".join(_told(summary, *one) for one in found[:MOST_NAMED])
        more = "; and others" if len(found) > MOST_NAMED else ""
        confirmed = counted(len(found), "confirmed regression")
        return f"Gate: {confirmed} {over}: {told}{more}."
    if asked.outcome == "undecided":
        why = _why(summary, asked)
        return f"Gate: undecided, no regression is confirmed. {why}"
    return f"Gate: passed, no confirmed regression {over}.{_could_see(asked)}"


def _sentence(summary: Summary, cell: PairCell) -> str:
    old, new = (visible(summary.arms[arm].name, NAMED) for arm in (cell.pair.old, cell.pair.new))
    what = sentence(cell.phase, summary.run.plan.problem)
    called = cell.verdict or "unusable evidence"
    return f"{new} takes {_times(cell)} as long over {what} as {old}: {called}."


def _told(summary: Summary, size: Summary, cell: PairCell) -> str:
    where = f" at {case_label(summary, size)}" if len(summary.cases) > 1 else ""
    return f"{pair_name(size, cell.pair)}, {words(cell.phase)} {_times(cell)}{where}"


def _times(cell: PairCell) -> str:
    """The ratio with the interval that decides."""
    shown = shown_ratio(cell.corrected)
    return f"{shown.text} times{shown.aside}"


def _why(summary: Summary, asked: Gate) -> str:
    """What keeps the gate from passing: arms without times, else what identical arms may do."""
    if asked.untimed:
        named = ", ".join(pair_name(*one) for one in asked.untimed[:MOST_NAMED])
        return f"Without a time of both arms in one block: {named}."
    size = asked.unshown[0] if asked.unshown else asked.unjudged[0][0]
    where = f"At {case_label(summary, size)}: " if len(summary.cases) > 1 else ""
    return where + (judgement_text(size) if asked.unshown else _unjudged(asked))


def _unjudged(asked: Gate) -> str:
    """That a pair is slower where nothing says what identical arms may do."""
    size, cell = asked.unjudged[0]
    return (
        f"{pair_name(size, cell.pair)} is slower in {words(cell.phase)}, in which no two "
        "identical arms were compared."
    )


def _could_see(asked: Gate) -> str:
    """The difference that a gate which passed would have called, in every pair and size."""
    seen = [cell.mde for size, cell in asked.cells if cell.phase == size.main_phase]
    known = [mde for mde in seen if mde is not None]
    if not known:
        return ""
    return f" One of {difference(max(known))} would have been called, 4 times in 5."
