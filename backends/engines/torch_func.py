"""Torch's function transforms: ``torch.func.grad`` of a pure loss, eager."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.torch_tensors import Tensors, facts, supports
from backends.problem import Problem


class TorchFunc:
    name = "torch-func"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return FuncPrepared(problem, device)


def summed_loss(params: Params, batch: Batch) -> Array:
    w, b = params
    X, y = batch
    y_hat = torch.addmm(b, X, w)  # (batch, 1)
    return mse_loss(y_hat, y.unsqueeze(1), reduction="sum") / 2


class FuncPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        data = Tensors(problem, device)
        self.start, self.put, self.wait = data.plain_start, data.put, data.wait
        self.fetch, self.batches, self.loss = data.fetch, data.batches, data.loss
        self.rate = problem.spec.lr / problem.spec.batch_size
        self.gradient = torch.func.grad(summed_loss)

    @property
    def stepwise(self) -> FuncPrepared:
        return self

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        w.sub_(dw, alpha=self.rate)
        b.sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
