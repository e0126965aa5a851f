"""Torch's eager autograd, the same program as good as it gets without compiling."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import Batch, Params, Prepared, epoch_of_steps
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
        data = Tensors(problem, device)
        self.start, self.put, self.wait, self.fetch = data.start, data.put, data.wait, data.fetch
        self.batches, self.loss = data.batches, data.loss
        self.rate = problem.spec.lr / problem.spec.batch_size
        self.half = data.X.new_tensor(0.5)

    @property
    def stepwise(self) -> EagerPrepared:
        return self

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        y_hat = torch.addmm(b, X, w)  # (batch, 1)
        squares = mse_loss(y_hat, y.unsqueeze(1), reduction="sum")
        # The loss is half of this. As the vector of the vector-Jacobian product the factor 1/2
        # takes the place of the 1 that would be made anew, and costs no operation either way
        return torch.autograd.grad(squares, params, self.half)

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        # In place, on a view that autograd does not follow: cheaper than entering no_grad
        w.detach().sub_(dw, alpha=self.rate)
        b.detach().sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
