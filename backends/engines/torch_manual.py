"""Torch's eager tensors with the gradient written by hand: the price of autograd, by difference."""

from __future__ import annotations

import torch

from backends.base import Batch, Params, Prepared
from backends.engines.torch_plain import PlainPrepared
from backends.engines.torch_tensors import facts, supports
from backends.problem import Problem


class TorchManual:
    """The program of ``torch``; only ``gradient``, and what autograd needs to follow, differ."""

    name = "torch-manual"
    framework = "torch"
    differentiation = "hand-written"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return PlainPrepared(problem, device, by_hand)


def by_hand(params: Params, batch: Batch) -> Params:
    w, b = params
    X, y = batch
    # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
    residual = torch.addmm(b, X, w).sub_(y.unsqueeze(1))  # (batch, 1)
    return torch.mm(X.t(), residual), residual.sum(0)
