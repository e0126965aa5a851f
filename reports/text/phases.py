"""Phases in a reader's words."""

from __future__ import annotations

from reports.text.numbers import digits
from reports.text.problem import title, whole
from reports.text.sentence import Sentence
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
SENTENCES = {
    "epoch": "an epoch of {}",
    "train": "the {}",
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
    "data_iter": "going through the minibatches of {}",
    "gradient": "the gradients of {} on every minibatch",
}
PREFIX = ("epoch", "data_iter", "gradient", "step", *OPERATORS)  # what a cut epoch cuts


def words(phase: str) -> str:
    """``phase`` as a reader would call it."""
    return WORDS.get(phase, phase)


def sentence(phase: str, spec: Spec, is_told_cut: bool = True) -> Sentence:
    """``phase`` as the object of a sentence; of an epoch that is cut, so said."""
    template = SENTENCES.get(phase, words(phase))
    if not spec.trained:
        template = UNTRAINED.get(phase, template)
    given = [whole(spec) if phase == "train" else title(spec)] if "{}" in template else []
    if is_told_cut and spec.steps is not None and phase in PREFIX and "an epoch" in template:
        template = template.replace("an epoch", "the first {} of an epoch")
        given = [minibatches(spec), *given]
    return Sentence(template, *given)


def minibatches(spec: Spec) -> Sentence:
    """The first of an epoch, to which it is cut."""
    if spec.steps is None or spec.steps == 1:
        return Sentence("minibatch")
    return Sentence("{} minibatches", digits(spec.steps))
