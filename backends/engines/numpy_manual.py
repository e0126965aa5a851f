"""NumPy with the gradient written by hand: what the lesson costs without autograd."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from backends.base import Backend, Batch, Params, Refusal, not_by_hand, unfit
from backends.engines.numpy_host import Eager, Gradient
from backends.engines.numpy_xp import xp
from problems.problem import Problem


def linreg(params: Params, batch: Batch) -> Params:
    (w, b), (X, y) = params, batch
    # On arrays this small ``dot`` returns sooner than ``@``, and ``add.reduce`` than ``sum``
    residual = X.dot(w)  # (batch, 1)
    residual += b
    residual -= y[:, None]
    return X.T.dot(residual), np.add.reduce(residual)


GRADIENTS: dict[str, Gradient] = {"linreg": linreg}


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return unfit("NumPy", device, ("cpu",), dtype) or not_by_hand(problem, GRADIENTS)


def prepare(problem: Problem, device: str, dtype: str) -> Eager:
    objective = problem.objective
    if objective.name in GRADIENTS:
        return Eager(problem, GRADIENTS[objective.name])
    assert objective.gradient is not None, "else it is refused"
    return Eager(problem, partial(objective.gradient, xp))


def facts(device: str) -> Mapping[str, str]:
    return {"version": np.__version__}


numpy_manual = Backend(
    "numpy", "numpy", "hand-written", "eager", supports, prepare, facts, GRADIENTS
)
