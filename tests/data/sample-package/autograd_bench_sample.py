"""Somebody else's package: two backends, one right, one wrong on purpose.

It imports nothing of autograd-bench; an entry point in its ``pyproject.toml`` is all they share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Arrays = tuple[np.ndarray, ...]


class ComplexStep:
    """The derivative along a parameter is the imaginary part of loss(p + ih), divided by h."""

    name = "complex-step"
    framework = "numpy"
    differentiation = "autodiff"
    execution = "eager"

    def supports(self, problem: Any, device: str, dtype: str) -> tuple[str, str] | None:
        if device != "cpu":
            return "unsupported", f"runs on the cpu only, not on {device}"
        return None

    def prepare(self, problem: Any, device: str, dtype: str) -> Stepped:
        return Stepped(problem)

    def facts(self, device: str) -> dict[str, str]:
        return {"version": np.__version__}


class BatchMean(ComplexStep):
    """Wrong on purpose: a short last batch is divided by its own size, not by ``batch_size``."""

    name = "batch-mean"

    def prepare(self, problem: Any, device: str, dtype: str) -> Stepped:
        return Averaged(problem)


class Stepped:
    h = 1e-20  # so small that its square is lost beside any real part

    def __init__(self, problem: Any) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        self.w, self.b = problem.w_start, problem.b_start  # (d, 1), (1,)
        self.size, self.lr = problem.spec.batch_size, problem.spec.lr
        self.stepwise = self

    def start(self) -> Arrays:
        return self.w.copy(), self.b.copy()

    def batches(self, order: np.ndarray) -> Iterator[Arrays]:
        for first in range(0, len(order), self.size):
            index = order[first : first + self.size]
            yield self.X[index], self.y[index]

    def summed_loss(self, params: Sequence[np.ndarray], batch: Arrays) -> Any:
        (w, b), (X, y) = params, batch
        return ((X @ w + b - y[:, None]) ** 2).sum() / 2

    def derivative(self, params: Arrays, batch: Arrays, number: int, place: int) -> Any:
        moved = [p.astype(np.result_type(p, np.complex64)) for p in params]
        moved[number].flat[place] += self.h * 1j
        return self.summed_loss(moved, batch).imag / self.h

    def gradient(self, params: Arrays, batch: Arrays) -> Arrays:
        grads = tuple(np.empty_like(p) for p in params)
        for number, grad in enumerate(grads):
            for place in range(grad.size):
                grad.flat[place] = self.derivative(params, batch, number, place)
        return grads

    def step(self, params: Arrays, batch: Arrays) -> Arrays:
        grads = self.gradient(params, batch)
        return tuple(p - self.lr / self.size * s for p, s in zip(params, grads, strict=True))

    def epoch(self, params: Arrays, order: np.ndarray) -> Arrays:
        for batch in self.batches(order):
            params = self.step(params, batch)
        return params

    def loss(self, params: Arrays) -> Any:
        return self.summed_loss(params, (self.X, self.y)) / len(self.y)

    def put(self, arrays: Arrays) -> Arrays:
        return tuple(np.array(array) for array in arrays)

    def wait(self, value: object) -> None:
        """NumPy returns only when the work is done."""

    def fetch(self, arrays: Arrays) -> Arrays:
        return tuple(np.array(array) for array in arrays)


class Averaged(Stepped):
    def step(self, params: Arrays, batch: Arrays) -> Arrays:
        grads = self.gradient(params, batch)
        size = len(batch[1])
        return tuple(p - self.lr / size * s for p, s in zip(params, grads, strict=True))
