"""The lesson's own loop in torch, as the lesson writes it: the baseline, kept faithful."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.torch_tensors import Tensors, facts, supports
from backends.problem import Problem


class TorchLesson:
    """The lesson's loop as the lesson writes it: the baseline, kept faithful, not fast."""

    name = "torch-lesson"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return LessonPrepared(problem, device)


class LessonPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        data = self.data = Tensors(problem, device)
        self.start, self.put, self.wait, self.fetch = data.start, data.put, data.wait, data.fetch
        self.lr, self.batch_size = problem.spec.lr, problem.spec.batch_size

    @property
    def stepwise(self) -> LessonPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        data, indices = self.data, order.tolist()
        for first in range(0, len(indices), self.batch_size):
            chosen = torch.LongTensor(indices[first : first + self.batch_size]).to(data.device)
            yield data.X.index_select(0, chosen), data.y.index_select(0, chosen)

    def losses(self, params: Params, batch: Batch) -> Array:  # (batch, 1)
        w, b = params
        X, y = batch
        y_hat = torch.mm(X, w) + b
        return (y_hat - y.view(y_hat.size())) ** 2 / 2

    def gradient(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        grads = tuple(param.grad for param in params)
        for param in params:
            param.grad = None  # else the next call would add to what was handed out
        return grads

    def step(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        for param in params:
            param.data -= self.lr * param.grad / self.batch_size
        for param in params:
            param.grad.data.zero_()
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.losses(params, (self.data.X, self.data.y)).mean()
