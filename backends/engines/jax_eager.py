"""JAX op by op: ``jax.grad`` with nothing compiled but the single operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np

from backends.base import Array, Backend, Batch, Params, epoch_of_steps
from backends.engines.jax_gradient import autodiff, mean_loss, sgd
from backends.engines.jax_memory import Memory, facts, supports
from backends.engines.jax_operators import operators
from backends.operators import ALONG
from problems.problem import Problem


def op_by_op(function: Any) -> Any:
    return function


class Eager:
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        self.memory, self.size = Memory(device, dtype), problem.batch_size
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        (self.rate,) = self.memory.put((np.asarray(problem.rate, dtype),))
        self.gradient, self.mean_loss = (f(problem.objective) for f in (autodiff, mean_loss))
        # Not those that map: op by op they take a program of each operation and each shape
        products = operators(problem.objective, op_by_op)
        self.operators = {name: products[name] for name in ALONG}

    @property
    def steps(self) -> Eager:
        return self

    def start(self) -> Params:
        return self.first  # nobody can change a JAX array that is not donated

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.size):
            chosen = order[first : first + self.size]
            # Indexing with brackets would spend near a millisecond on finding out what is meant
            yield tuple(jnp.take(array, chosen, axis=0, mode="clip") for array in self.data)

    def step(self, params: Params, batch: Batch) -> Params:
        return sgd(params, self.gradient(params, batch), self.rate)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)


jax_eager = Backend("jax-eager", "jax", "autodiff", "eager", supports, Eager, facts, ())
