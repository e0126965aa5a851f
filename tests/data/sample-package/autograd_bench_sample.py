"""Somebody else's package: two backends, one right, one wrong on purpose.

It imports nothing of autograd-bench; an entry point in its ``pyproject.toml`` is all they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

Arrays = tuple[np.ndarray, ...]


class Memory:
    def put(self, arrays: Arrays) -> Arrays:
        return tuple(np.array(array) for array in arrays)

    fetch = put

    def wait(self, value: object) -> None:
        """NumPy returns only when the work is done."""


class ComplexStep:
    """The derivative along a parameter is the imaginary part of loss(p + ih), divided by h."""

    h = 1e-20  # so small that its square is lost beside any real part

    def __init__(self, problem: Any, device: str, dtype: str) -> None:
        self.memory, self.problem, self.steps = Memory(), problem, self

    def start(self) -> Arrays:
        return self.memory.put(self.problem.start)

    def batches(self, order: np.ndarray) -> Iterator[Arrays]:
        size = self.problem.batch_size
        for first in range(0, len(order), size):
            yield tuple(array[order[first : first + size]] for array in self.problem.data)

    def derivative(self, params: Arrays, batch: Arrays, number: int, place: int) -> Any:
        moved = [p.astype(np.result_type(p, np.complex64)) for p in params]
        moved[number].flat[place] += self.h * 1j
        return self.problem.objective.loss(np, tuple(moved), batch).imag / self.h

    def gradient(self, params: Arrays, batch: Arrays) -> Arrays:
        grads = tuple(np.empty_like(p) for p in params)
        for number, grad in enumerate(grads):
            for place in range(grad.size):
                grad.flat[place] = self.derivative(params, batch, number, place)
        return grads

    def step(self, params: Arrays, batch: Arrays) -> Arrays:
        grads = self.gradient(params, batch)
        return tuple(p - self.problem.rate * g for p, g in zip(params, grads, strict=True))

    def epoch(self, params: Arrays, order: np.ndarray) -> Arrays:
        for batch in self.batches(order):
            params = self.step(params, batch)
        return params

    def loss(self, params: Arrays) -> Any:
        data = self.problem.data
        return self.problem.objective.loss(np, params, data) / len(data[0])


class BatchMean(ComplexStep):
    """Wrong on purpose: a short last batch is divided by its own size, not by ``batch_size``."""

    def step(self, params: Arrays, batch: Arrays) -> Arrays:
        rate = self.problem.spec.lr / len(batch[0])
        grads = self.gradient(params, batch)
        return tuple(p - rate * g for p, g in zip(params, grads, strict=True))


def supports(problem: Any, device: str, dtype: str) -> tuple[str, str] | None:
    return None if device == "cpu" else ("unsupported", f"runs on the cpu only, not on {device}")


def backend(name: str, program: type[ComplexStep]) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        framework="numpy",
        differentiation="autodiff",
        execution="eager",
        supports=supports,
        prepare=program,
        facts=lambda device: {"version": np.__version__},
    )


complex_step = backend("complex-step", ComplexStep)
batch_mean = backend("batch-mean", BatchMean)
