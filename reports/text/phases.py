"""Phases in a reader's words."""

from __future__ import annotations

from reports.text.problem import title, whole
from runfiles.phases import OPERATORS
from runfiles.records import Spec

WORDS = {
    "data_iter": "data iteration",
    "train": "training",
    "first_epoch": "first epoch",
    "first_gradient": "first gradients",
    "full_gradient": "full gradient",
    "waited_step": "waited step",
    "hessian": "Hessian",
    "per_example": "per example",
}


def words(phase: str) -> str:
    """``phase`` as a reader would call it."""
    return WORDS.get(phase, phase)


SENTENCES = {
    "epoch": "an epoch of {title}",
    "train": "the {whole}",
    "data_iter": "the data iteration of an epoch",
    "gradient": "the gradients of an epoch",
    "step": "the steps of an epoch",
    "full_gradient": "the gradient of all examples",
    "loss": "the loss of all examples",
    "jvp": "the derivatives along a direction of an epoch",
    "hvp": "the Hessian-vector products of an epoch",
    "hessian": "the Hessians of an epoch",
    "per_example": "the gradients by example of an epoch",
    "import": "its import",
}
UNTRAINED = {
    "data_iter": "going through the minibatches of {title}",
    "gradient": "the gradients of {title} on every minibatch",
}
PREFIX = ("epoch", "data_iter", "gradient", "step", *OPERATORS)  # what a cut epoch cuts


def sentence(phase: str, spec: Spec, is_told_cut: bool = True) -> str:
    """``phase`` as the object of a sentence; of an epoch that is cut, so said."""
    found = SENTENCES.get(phase, words(phase))
    if not spec.trained:
        found = UNTRAINED.get(phase, found)
    if is_told_cut and spec.steps is not None and phase in PREFIX:
        some = "minibatch" if spec.steps == 1 else f"{spec.steps} minibatches"
        found = found.replace("an epoch", f"the first {some} of an epoch")
    return found.replace("{whole}", whole(spec)).replace("{title}", title(spec))
