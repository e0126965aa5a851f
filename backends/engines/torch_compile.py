"""``torch.compile``: a whole step, gradient and update, is one compiled function."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch

from backends.base import Array, Backend, Batch, Params
from backends.engines.torch_compiling import (
    FORMS,
    compiled,
    compiled_loss,
    facts,
    summed_loss,
    supports,
)
from backends.engines.torch_memory import Loop
from problems.objective import Objective
from problems.problem import Problem


@cache
def compiled_steps(objective: Objective) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Gradient and step, compiled once a process for each objective."""
    grad = torch.func.grad(summed_loss(objective))

    def gradient(params: Params, batch: Batch) -> Params:
        found: Params = grad(params, batch)
        return found

    def sgd_step(params: Params, batch: Batch, rate: Array) -> Params:
        pairs = zip(params, grad(params, batch), strict=True)
        return tuple(param - rate * dparam for param, dparam in pairs)

    return compiled(gradient), compiled(sgd_step)


class Compiled(Loop):
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        super().__init__(problem, device)
        self.gradient, self.sgd_step = compiled_steps(problem.objective)
        self.loss = partial(compiled_loss(problem.objective), data=self.data)
        self.tensor_rate = self.first[0].new_tensor(self.rate)

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = self.sgd_step(params, batch, self.tensor_rate)
        return after


torch_compile = Backend(
    "torch-compile", "torch", "autodiff", "compiled step", supports, Compiled, facts, FORMS
)
