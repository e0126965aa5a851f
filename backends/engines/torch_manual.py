"""Torch's eager tensors with the gradient written by hand: the price of autograd, by difference.

The program of ``torch``; only ``gradient``, and what autograd needs to follow, differ.
"""

from __future__ import annotations

from functools import partial

import torch

from backends.base import Backend, Batch, Params, Refusal, not_by_hand
from backends.engines import torch_memory
from backends.engines.torch_plain import Plain
from backends.engines.torch_xp import xp
from problems.problem import Problem


def of_linreg(params: Params, batch: Batch) -> Params:
    # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
    (w, b), (X, y) = params, batch
    residual = torch.addmm(b, X, w).sub_(y.unsqueeze(1))  # (batch, 1)
    return torch.mm(X.t(), residual), residual.sum(0)


GRADIENTS = {"linreg": of_linreg}


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return not_by_hand(problem, GRADIENTS) or torch_memory.supports(problem, device, dtype)


def prepare(problem: Problem, device: str, dtype: str) -> Plain:
    objective = problem.objective
    if objective.name in GRADIENTS:
        return Plain(problem, device, GRADIENTS[objective.name])
    assert objective.gradient is not None, "else it is refused"
    return Plain(problem, device, partial(objective.gradient, xp))


torch_manual = Backend(
    *("torch-manual", "torch", "hand-written", "eager"),
    *(supports, prepare, torch_memory.facts, GRADIENTS),
)
