"""Phases: what is timed, in the order of the reader's questions.

What each does is in ``bench/worker/phases.py``, what people call it in ``reports/text/phases.py``,
which of them are timed unless somebody asks in ``bench/runner/plan.py``.
"""

from __future__ import annotations

EPOCH = ("data_iter", "gradient", "step", "epoch", "train")  # the lesson and its parts
WHOLE = ("full_gradient", "loss")  # over the full data at once
DEVICE = ("waited_step", "transfer")  # of arms on other devices than the cpu
# Derivatives besides the gradient, over an epoch's batches; only where they are asked for by name
OPERATORS = ("jvp", "hvp", "hessian", "per_example")
REPEATED = (*EPOCH, *WHOLE, *DEVICE, *OPERATORS)  # once a round
COLD = ("import", "prepare", "first_epoch")  # once a process
TRAINING = ("step", "epoch", "train", "waited_step")  # which what is not trained has not
UNTRAINED_COLD = ("import", "prepare", "first_gradient")  # the same of what is not trained
ANY_COLD = (*COLD, "first_gradient")
DERIVED = ("update", "rest")  # differences of repeated ones, block by block; may be negative
