"""Torch's eager tensors with the gradient written by hand: the price of autograd, by difference."""

from __future__ import annotations

import numpy as np
import torch

from backends.base import Batch, Params, Prepared, epoch_of_steps
from backends.engines.torch_tensors import Tensors, facts, supports
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
        return ManualPrepared(problem, device)


class ManualPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        data = Tensors(problem, device)
        self.start, self.put, self.wait = data.plain_start, data.put, data.wait
        self.fetch, self.batches, self.loss = data.fetch, data.batches, data.loss
        self.rate = problem.spec.lr / problem.spec.batch_size

    @property
    def stepwise(self) -> ManualPrepared:
        return self

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
        residual = torch.addmm(b, X, w).sub_(y.unsqueeze(1))  # (batch, 1)
        return torch.mm(X.t(), residual), residual.sum(0)

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        w.sub_(dw, alpha=self.rate)
        b.sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
