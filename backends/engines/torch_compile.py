"""``torch.compile``: a whole step, gradient and update, is one compiled function."""

from __future__ import annotations

import numpy as np
import torch

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.torch_compiling import compiled, compiled_loss, facts, supports
from backends.engines.torch_tensors import Tensors
from backends.problem import Problem


class TorchCompile:
    name = "torch-compile"
    framework = "torch"
    differentiation = "autodiff"
    execution = "compiled step"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return CompilePrepared(problem, device)


def summed_loss(params: Params, X: Array, y: Array) -> Array:
    w, b = params
    # By a vector, so that all fuses into one kernel: by a matrix it would be a library's call
    y_hat = X @ w[:, 0] + b  # (batch,)
    return ((y_hat - y) ** 2).sum() / 2


def grads(w: Array, b: Array, X: Array, y: Array) -> Params:
    found: Params = torch.func.grad(summed_loss)((w, b), X, y)
    return found


def sgd_step(w: Array, b: Array, X: Array, y: Array, rate: Array) -> Params:
    dw, db = grads(w, b, X, y)
    return w - rate * dw, b - rate * db


compiled_grads, compiled_step = compiled(grads), compiled(sgd_step)


class CompilePrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        data = self.data = Tensors(problem, device)
        self.start, self.put, self.wait = data.plain_start, data.put, data.wait
        self.fetch, self.batches = data.fetch, data.batches
        self.rate = data.X.new_tensor(problem.spec.lr / problem.spec.batch_size)

    @property
    def stepwise(self) -> CompilePrepared:
        return self

    def gradient(self, params: Params, batch: Batch) -> Params:
        found: Params = compiled_grads(*params, *batch)
        return found

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = compiled_step(*params, *batch, self.rate)
        return after

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return compiled_loss(*params, self.data.X, self.data.y)
