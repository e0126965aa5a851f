"""``torch.compile`` over many steps: a call of the compiled function is a long run of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import torch

from backends.base import Array, Backend, Batch, Params
from backends.engines import torch_compiling
from backends.engines.torch_compiling import compiled, compiled_loss, summed_loss, supports
from backends.engines.torch_memory import Tensors
from problems.objective import Objective
from problems.problem import Problem

# Steps a call, the longest run that fits first. They are unrolled, so that compiling takes
# seconds for 25 and a minute for 50; a call costs about as much as ten of its steps
RUNS = (25, 5, 1)

Steps = Callable[[Params, Batch, Array], Params]  # the batch: minibatches, (steps, batch, ...)


def facts(device: str) -> dict[str, str | int | float]:
    return torch_compiling.facts(device) | {"steps_a_call": RUNS[0]}


def half_squares(p: Array, A: Array, y: Array) -> Array:
    return ((A @ p - y) ** 2).sum() / 2


def steps_of_linreg(params: Params, run: Batch, rate: Array) -> Params:
    (w, b), (X, y) = params, run
    # X w + b = [X 1] [w b]: of one vector of parameters the gradient is one reduction, not two.
    # A product by a vector fuses with all else; by a matrix it would be a library's call
    p = torch.cat((w[:, 0], b))  # (d + 1,)
    A = torch.cat((X, torch.ones_like(X[..., :1])), 2)  # (steps, batch, d + 1)
    for A_batch, y_batch in zip(A, y, strict=True):
        p = p - rate * torch.func.grad(half_squares)(p, A_batch, y_batch)
    return p[:-1, None].clone(), p[-1:].clone()


FORMS: dict[str, Steps] = {"linreg": steps_of_linreg}


def steps_as_written(objective: Objective) -> Steps:
    """A step for each minibatch of a run, by the loss as it is written."""
    grad = torch.func.grad(summed_loss(objective))

    def sgd_steps(params: Params, run: Batch, rate: Array) -> Params:
        for batch in zip(*run, strict=True):
            pairs = zip(params, grad(params, batch), strict=True)
            params = tuple(param - rate * dparam for param, dparam in pairs)
        return params

    return sgd_steps


@cache
def compiled_steps(objective: Objective) -> Steps:
    """Compiled once a process for each objective."""
    return compiled(FORMS.get(objective.name) or steps_as_written(objective))


class CompiledEpoch(Tensors):
    steps = None

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        super().__init__(problem, device)
        self.sgd_steps = compiled_steps(problem.objective)
        self.loss = partial(compiled_loss(problem.objective), data=self.data)
        self.tensor_rate = self.first[0].new_tensor(self.rate)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        gathered, n, first = self.gathered(order), len(order), 0
        for steps, batch in (*((steps, self.size) for steps in RUNS), (1, n % self.size)):
            length = steps * batch
            while 0 < length <= n - first:
                parts = (array[first : first + length] for array in gathered)
                run = tuple(part.view(steps, batch, *part.shape[1:]) for part in parts)
                params = self.sgd_steps(params, run, self.tensor_rate)
                first += length
        return params


torch_compile_epoch = Backend(
    *("torch-compile-epoch", "torch", "autodiff", "compiled epoch"),
    *(supports, CompiledEpoch, facts, FORMS),
)
