"""The null arm in words: what identical arms may differ by, or why nothing may be concluded."""

from __future__ import annotations

from reports.findings.intervals import TOO_WIDE
from reports.findings.null_arm import Lack, NullArm, NullCell
from reports.text.disturbed import too_disturbed_text
from reports.text.numbers import difference, percent
from reports.text.phases import words
from reports.text.sentence import Sentence

LACKS: dict[Lack, str] = {
    "a null arm": "This run has no null arm, so nothing shows what two identical things differ by.",
    "a second block": "The null arm cannot judge this run: that takes two blocks.",
    "two blocks of both": (
        "The null arm cannot judge this run: it and the baseline succeeded together in fewer "
        "than 2 of {} blocks."
    ),
    "two blocks of a machine": (
        "The null arm cannot judge this run: on no machine has it two blocks with the baseline."
    ),
}


def judgement_text(null: NullArm) -> Sentence:
    """What the run's evidence can bear, and why."""
    if null.disturbed:
        return too_disturbed_text(null.disturbed)
    if null.differing:
        phases = ", ".join(words(cell.phase) for cell in null.differing)
        return Sentence(
            "Unsound evidence: two identical arms differ by more than the margin of {} in {}, even "
            "with the intervals widened for all {} cells.",
            *(percent(null.margin), phases, len(null.cells)),
        )
    if null.lack:
        counted = [null.n_blocks] if "{}" in LACKS[null.lack] else []
        return Sentence(LACKS[null.lack], *counted)
    return _bounded(null)


def unusable_text(null: NullArm) -> Sentence | None:
    """Why nothing may be concluded from the run; None where something may."""
    return None if null.is_usable else judgement_text(null)


def labelled_text(null: NullArm) -> Sentence:
    """The judgement with what it judges by."""
    text = judgement_text(null)
    return text if null.disturbed else Sentence("Null arm: {}", text)


def unusable_cause(null: NullArm) -> str:
    """Why the evidence is unsound, in half a sentence."""
    if null.disturbed:
        return "the machine disturbed too much of it"
    return "two identical arms came out different"


def _bounded(null: NullArm) -> Sentence:
    """By how much identical arms may differ, and whether that is inside the margin.

    Where it is not shown to be, that of the main phase: of another it would say nothing here.
    """
    cell = null.worst if null.state == "shown" else null.main or null.worst
    assert cell is not None
    if null.state != "shown":
        told = "Two identical arms may differ by {}: nothing smaller means anything."
        return Sentence(told, _most(cell, "up to "))
    return Sentence(
        "Two identical arms are shown to differ by no more than {}, which is inside the margin of "
        "{}.",
        *(_most(cell), percent(null.margin)),
    )


def _most(cell: NullCell, up_to: str = "") -> Sentence:
    """The largest difference that is not excluded, a factor beyond all measure cut."""
    where = "an epoch" if cell.phase == "epoch" else words(cell.phase)
    if cell.factor > TOO_WIDE:
        return Sentence(f"more than a factor of {TOO_WIDE:g} here (in {{}})", where)
    return Sentence("{}{} here (in {})", up_to, difference(cell.factor), where)
