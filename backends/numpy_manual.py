"""NumPy with the gradient written by hand: what the lesson costs without autograd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from backends.base import Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem


class NumpyManual:
    name = "numpy"
    framework = "numpy"
    differentiation = "hand-written"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cpu":
            return Refusal("unsupported", f"NumPy computes on the cpu only, not on {device}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return NumpyPrepared(problem)

    def facts(self) -> Mapping[str, str | int]:
        return {"version": np.__version__}


class NumpyPrepared:
    def __init__(self, problem: Problem) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        self.w_start, self.b_start = problem.w_start, problem.b_start
        self.batch_size = problem.spec.batch_size
        self.rate = problem.spec.lr / problem.spec.batch_size

    @property
    def stepwise(self) -> NumpyPrepared:
        return self

    def start(self) -> Params:
        return self.w_start.copy(), self.b_start.copy()

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        X, y, size = self.X[order], self.y[order], self.batch_size
        for first in range(0, len(order), size):
            yield X[first : first + size], y[first : first + size]

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
        residual = X @ w  # (batch, 1)
        residual += b
        residual -= y[:, None]
        return X.T @ residual, residual.sum(axis=0)

    def step(self, params: Params, batch: Batch) -> Params:
        for param, slope in zip(params, self.gradient(params, batch), strict=True):
            param -= self.rate * slope
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> np.ndarray:
        w, b = params
        residual = (self.X @ w)[:, 0] + b - self.y  # (n,)
        return residual @ residual / (2 * len(residual))

    def wait(self, value: Any) -> None:
        """NumPy returns only when the work is done."""

    def fetch(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
