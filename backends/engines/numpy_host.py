"""What backends on NumPy's own arrays share: host memory, minibatches, steps with any gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from backends.base import Array, Batch, Params, epoch_of_steps
from backends.engines.numpy_xp import xp
from backends.operators import Operator
from problems.problem import Problem, aligned

Gradient = Callable[[Params, Batch], Params]


class Host:
    """The memory of the host."""

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    fetch = put

    def wait(self, value: Any) -> None:
        """Every call returns only when the work is done."""


def writable(array: np.ndarray) -> np.ndarray:
    """An aligned copy, to be written to."""
    copy = aligned(array, str(array.dtype))
    copy.setflags(write=True)
    return copy


class Batches:
    """The minibatches of an order, every epoch gathered into the same memory.

    So that none waits for fresh pages.
    """

    def __init__(self, problem: Problem) -> None:
        self.data, self.size = problem.data, problem.batch_size
        self.gathered = tuple(writable(array[: problem.n_visited]) for array in problem.data)

    def __call__(self, order: np.ndarray) -> Iterator[Batch]:
        n, size = len(order), self.size
        whole = n - n % size
        taken = [
            # Without a mode NumPy would gather into a buffer of its own, then copy it to ``out``
            np.take(array, order, axis=0, out=memory[:n], mode="clip")
            for array, memory in zip(self.data, self.gathered, strict=True)
        ]
        # Walking along the first axis cuts off a batch a step, in C
        stacked = (array[:whole].reshape(-1, size, *array.shape[1:]) for array in taken)
        yield from zip(*stacked, strict=True)
        if whole < n:
            yield tuple(array[whole:] for array in taken)


class Eager:
    """An epoch in steps of ``gradient``, in place."""

    def __init__(
        self,
        problem: Problem,
        gradient: Gradient,
        operators: Mapping[str, Operator] | None = None,
    ) -> None:
        self.memory, self.problem, self.operators = Host(), problem, operators
        self.gradient, self.batches = gradient, Batches(problem)
        # An array of no dimensions: a Python float would be converted anew in every product
        self.rate = np.asarray(problem.rate, problem.start[0].dtype)

    @property
    def steps(self) -> Eager:
        return self

    def start(self) -> Params:
        return tuple(map(np.ndarray.copy, self.problem.start))

    def step(self, params: Params, batch: Batch) -> Params:
        # Not by ``zip``: in the lesson that takes a tenth of the step
        rate, grads = self.rate, iter(self.gradient(params, batch))
        for param in params:
            param -= rate * next(grads)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        data = self.problem.data
        return self.problem.objective.loss(xp, params, data) / len(data[0])
