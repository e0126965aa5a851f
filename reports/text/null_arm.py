"""The null arm in words: what identical arms may differ by, or why nothing may be concluded."""

from __future__ import annotations

from reports.findings.null_arm import Lack, NullArm, NullCell
from reports.text.disturbed import too_disturbed_text
from reports.text.numbers import TOO_WIDE, difference, percent
from reports.text.phases import words

LACKS: dict[Lack, str] = {
    "a null arm": "This run has no null arm, so nothing shows what two identical things differ by.",
    "a second block": "The null arm cannot judge this run: that takes two blocks.",
    "two blocks of both": (
        "The null arm cannot judge this run: it and the baseline succeeded together in fewer "
        "than 2 of {} blocks."
    ),
}


def judgement_text(null: NullArm) -> str:
    """What the run's evidence can bear, and why."""
    if null.disturbed:
        return too_disturbed_text(null.disturbed)
    if null.differing:
        return _unsound(null)
    if null.lack:
        return LACKS[null.lack].format(null.n_blocks)
    return _bounded(null)


def unusable_text(null: NullArm) -> str | None:
    """Why nothing may be concluded from the run; None where something may."""
    return None if null.is_usable else judgement_text(null)


def labelled_text(null: NullArm) -> str:
    """The judgement with what it judges by."""
    text = judgement_text(null)
    return text if null.disturbed else f"Null arm: {text}"


def unusable_cause(null: NullArm) -> str:
    """Why the evidence is unsound, in half a sentence."""
    if null.disturbed:
        return "the machine disturbed too much of it"
    return "two identical arms came out different"


def _unsound(null: NullArm) -> str:
    different = ", ".join(words(cell.phase) for cell in null.differing)
    return (
        "Unsound evidence: two identical arms differ by more than the margin of "
        f"{percent(null.margin)} in {different}, even with the intervals widened for all "
        f"{len(null.cells)} cells."
    )


def _bounded(null: NullArm) -> str:
    """By how much identical arms may differ, and whether that is inside the margin.

    Where it is not shown to be, that of the main phase: of another it would say nothing here.
    """
    cell = null.worst if null.state == "shown" else null.main or null.worst
    assert cell is not None
    if null.state == "shown":
        return (
            f"Two identical arms are shown to differ by no more than {_most(cell)}, which is "
            f"inside the margin of {percent(null.margin)}."
        )
    return (
        f"Two identical arms may differ by {_most(cell, 'up to ')}: nothing smaller means anything."
    )


def _most(cell: NullCell, up_to: str = "") -> str:
    """The largest difference that is not excluded, a factor beyond all measure cut."""
    is_vast = cell.factor > TOO_WIDE
    most = f"more than a factor of {TOO_WIDE:g}" if is_vast else up_to + difference(cell.factor)
    where = "an epoch" if cell.phase == "epoch" else words(cell.phase)
    return f"{most} here (in {where})"
