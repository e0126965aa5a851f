"""Torch's eager step over parameters that autograd does not follow, whatever the gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from backends.base import Batch, Params
from backends.engines.torch_eager import form_of
from backends.engines.torch_memory import Loop
from backends.operators import Operator
from problems.problem import Problem


class Plain(Loop):
    def __init__(
        self,
        problem: Problem,
        device: str,
        gradient: Callable[[Params, Batch], Params],
        operators: Mapping[str, Operator] | None = None,
    ) -> None:
        super().__init__(problem, device)
        self.gradient, self.operators = gradient, operators
        self.loss = partial(form_of(problem.objective).mean, data=self.data)

    def step(self, params: Params, batch: Batch) -> Params:
        for param, grad in zip(params, self.gradient(params, batch), strict=True):
            param.sub_(grad, alpha=self.rate)
        return params
