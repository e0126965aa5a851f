"""Torch's eager step over parameters that autograd does not follow, whatever the gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backends.base import Batch, Params, epoch_of_steps
from backends.engines.torch_tensors import Tensors
from backends.problem import Problem


class PlainPrepared:
    def __init__(
        self, problem: Problem, device: str, gradient: Callable[[Params, Batch], Params]
    ) -> None:
        data = Tensors(problem, device)
        self.start, self.put, self.wait = data.plain_start, data.put, data.wait
        self.fetch, self.batches, self.loss = data.fetch, data.batches, data.loss
        self.rate = problem.spec.lr / problem.spec.batch_size
        self.gradient = gradient

    @property
    def stepwise(self) -> PlainPrepared:
        return self

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        w.sub_(dw, alpha=self.rate)
        b.sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
