"""``torch.compile`` over many steps: a call of the compiled function is a long run of them."""

from __future__ import annotations

import numpy as np
import torch

from backends.base import Array, Params, Prepared
from backends.engines.torch_compiling import compiled, compiled_loss, facts, supports
from backends.engines.torch_tensors import Tensors
from backends.problem import Problem

# Steps a call, the longest run that fits first. They are unrolled, so that compiling takes
# seconds for 25 and a minute for 50; a call costs about as much as ten of its steps
RUNS = (25, 5, 1)


class TorchCompileEpoch:
    name = "torch-compile-epoch"
    framework = "torch"
    differentiation = "autodiff"
    execution = "compiled epoch"
    supports = staticmethod(supports)

    def facts(self, device: str) -> dict[str, str | int | float]:
        return facts(device) | {"steps_a_call": RUNS[0]}

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return CompileEpochPrepared(problem, device)


def summed_loss(p: Array, A: Array, y: Array) -> Array:
    return ((A @ p - y) ** 2).sum() / 2


def sgd_steps(w: Array, b: Array, X: Array, y: Array, rate: Array) -> Params:
    """A step for each of the minibatches X (steps, batch, d), y (steps, batch)."""
    # X w + b = [X 1] [w b]: of one vector of parameters the gradient is one reduction, not two.
    # A product by a vector fuses with all else; by a matrix it would be a library's call
    p = torch.cat((w[:, 0], b))  # (d + 1,)
    A = torch.cat((X, torch.ones_like(X[..., :1])), 2)  # (steps, batch, d + 1)
    for A_batch, y_batch in zip(A, y, strict=True):
        p = p - rate * torch.func.grad(summed_loss)(p, A_batch, y_batch)
    return p[:-1, None].clone(), p[-1:].clone()


compiled_steps = compiled(sgd_steps)


class CompileEpochPrepared:
    stepwise = None

    def __init__(self, problem: Problem, device: str) -> None:
        data = self.data = Tensors(problem, device)
        self.start, self.put = data.plain_start, data.put
        self.wait, self.fetch = data.wait, data.fetch
        self.rate = data.X.new_tensor(problem.spec.lr / problem.spec.batch_size)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        X, y = self.data.gathered(order)
        n, size, first = len(order), self.data.batch_size, 0
        for steps, batch in (*((steps, size) for steps in RUNS), (1, n % size)):
            length = steps * batch
            while 0 < length <= n - first:
                run = slice(first, first + length)
                X_run, y_run = X[run].view(steps, batch, -1), y[run].view(steps, batch)
                params = compiled_steps(*params, X_run, y_run, self.rate)
                first += length
        return params

    def loss(self, params: Params) -> Array:
        return compiled_loss(*params, self.data.X, self.data.y)
