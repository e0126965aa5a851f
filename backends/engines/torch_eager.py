"""Torch's eager autograd, the same program as good as it gets without compiling."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.torch_tensors import Tensors, facts, supports
from backends.problem import Problem


class TorchEager:
    """Eager autograd with every avoidable call taken out, and nothing else."""

    name = "torch"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return EagerPrepared(problem, device)


class EagerPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        data = self.data = Tensors(problem, device)
        self.start, self.put, self.wait, self.fetch = data.start, data.put, data.wait, data.fetch
        self.batch_size = problem.spec.batch_size
        self.rate = problem.spec.lr / problem.spec.batch_size

    @property
    def stepwise(self) -> EagerPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = torch.tensor(order, device=self.data.device)
        X, y = self.data.X.index_select(0, chosen), self.data.y.index_select(0, chosen)
        return zip(torch.split(X, self.batch_size), torch.split(y, self.batch_size), strict=True)

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        y_hat = torch.addmm(b, X, w)  # (batch, 1)
        summed_loss = mse_loss(y_hat, y[:, None], reduction="sum") / 2
        return torch.autograd.grad(summed_loss, params)

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        # In place, on a view that autograd does not follow: cheaper than entering no_grad
        w.detach().sub_(dw, alpha=self.rate)
        b.detach().sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        w, b = params
        with torch.no_grad():
            return mse_loss(torch.addmm(b, self.data.X, w), self.data.y[:, None]) / 2
