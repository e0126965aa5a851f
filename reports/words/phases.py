"""Phases in a reader's words."""

from __future__ import annotations

WORDS = {
    "data_iter": "data iteration",
    "train": "training",
    "first_epoch": "first epoch",
    "full_gradient": "full gradient",
    "waited_step": "waited step",
}


def words(phase: str) -> str:
    """``phase`` as a reader would call it."""
    return WORDS.get(phase, phase)


SENTENCES = {
    "epoch": "an epoch of the lesson",
    "train": "the whole lesson",
    "data_iter": "the data iteration of an epoch",
    "gradient": "the gradients of an epoch",
    "step": "the steps of an epoch",
    "full_gradient": "the gradient of all examples",
    "loss": "the loss of all examples",
    "import": "its import",
}
PREFIX = ("epoch", "data_iter", "gradient", "step")  # what a cut epoch cuts


def sentence(phase: str, steps: int | None = None) -> str:
    """``phase`` as the object of a sentence; of an epoch cut to ``steps`` minibatches, so said."""
    whole = SENTENCES.get(phase, words(phase))
    if steps is None or phase not in PREFIX:
        return whole
    return whole.replace("an epoch", f"the first {steps} minibatches of an epoch")
