"""Phases: what is timed, in the order of the reader's questions, with a reader's words."""

from __future__ import annotations

REPEATED = ("data_iter", "gradient", "step", "epoch", "train")  # once a round
COLD = ("import", "prepare", "first_epoch")  # once a process
DERIVED = ("update", "rest")  # differences of repeated ones, block by block; may be negative

WORDS = {
    "data_iter": "data iteration",
    "train": "training",
    "first_epoch": "first epoch",
}


def words(phase: str) -> str:
    """``phase`` as a reader would call it."""
    return WORDS.get(phase, phase)


def sentence(phase: str) -> str:
    """``phase`` as the object of a sentence."""
    return {"epoch": "an epoch of the lesson", "train": "the whole lesson"}.get(phase, words(phase))
