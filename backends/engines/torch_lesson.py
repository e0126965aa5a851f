"""The lesson's own loop in torch, as the lesson writes it: the baseline, faithful, not fast."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import torch

from backends.base import Array, Backend, Batch, Params
from backends.engines.torch_memory import Loop, facts, supports
from backends.engines.torch_xp import xp
from problems.problem import Problem


def losses(params: Params, batch: Batch) -> Array:  # (batch, 1)
    (w, b), (X, y) = params, batch
    y_hat = torch.mm(X, w) + b
    return (y_hat - y.view(y_hat.size())) ** 2 / 2


FORMS = {"linreg": losses}


class Lesson(Loop):
    follows = True

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        super().__init__(problem, device)
        self.lr = problem.spec.lr
        # Of each example as the lesson has it, else summed as the objective has it
        objective = problem.objective
        self.losses = FORMS.get(objective.name) or partial(objective.loss, xp)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        indices = order.tolist()
        for first in range(0, len(indices), self.size):
            chosen = torch.LongTensor(indices[first : first + self.size]).to(self.memory.device)
            yield tuple(array.index_select(0, chosen) for array in self.data)

    def gradient(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        grads = tuple(param.grad for param in params)
        for param in params:
            param.grad = None  # else the next call would add to what was handed out
        return grads

    def step(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        for param in params:
            param.data -= self.lr * param.grad / self.size
        for param in params:
            param.grad.data.zero_()
        return params

    def loss(self, params: Params) -> Array:
        losses = self.losses(params, self.data)
        return losses.mean() if losses.ndim else losses / len(self.data[0])


torch_lesson = Backend("torch-lesson", "torch", "autodiff", "eager", supports, Lesson, facts, FORMS)
