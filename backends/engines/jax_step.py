"""JAX: one compiled step a call, the gradient by ``jax.grad`` or by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jax
import numpy as np

from backends.base import Array, Params, Prepared, epoch_of_steps
from backends.engines.jax_arrays import Arrays, facts, supports
from backends.engines.jax_linreg import Gradient, autodiff, by_hand, mean_loss, sgd
from backends.problem import Problem

# Batches gathered by one program. Its compile time grows with its outputs, which have to be
# bounded; a call costs little beside 100 batches.
CHUNK = 100


class JaxStep:
    name = "jax"
    framework = "jax"
    differentiation = "autodiff"
    execution = "compiled step"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return StepPrepared(problem, device, autodiff)


class JaxManual:
    name = "jax-manual"
    framework = "jax"
    differentiation = "hand-written"
    execution = "compiled step"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return StepPrepared(problem, device, by_hand)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rows:
    """Examples in one array, each row ending in its label; unpacks like a pair ``X, y``.

    Handing an array out costs JAX 2 us, as much as gathering 50 examples: a minibatch is one.
    """

    rows: Array  # (batch, d + 1)

    def __iter__(self) -> Iterator[Array]:
        yield self.rows[:, :-1]
        yield self.rows[:, -1]


def gather(rows: Array, chosen: Array, *, size: int) -> list[Rows]:
    gathered = rows[chosen]
    return [Rows(gathered[first : first + size]) for first in range(0, len(chosen), size)]


# Compiled once a process for each configuration and each shape of the data


@cache
def compiled_gather(size: int) -> Callable[[Array, np.ndarray], list[Rows]]:
    return jax.jit(partial(gather, size=size))


@cache
def compiled_gradient(gradient: Gradient) -> Gradient:
    return jax.jit(gradient)


@cache
def compiled_step(gradient: Gradient, rate: float) -> Callable[[Params, Any], Params]:
    def step(params: Params, batch: Rows) -> Params:
        return sgd(params, gradient(params, batch), rate)

    # Donated: the new parameters are written where the old ones were
    return jax.jit(step, donate_argnums=0)


compiled_loss = jax.jit(mean_loss)


class StepPrepared:
    def __init__(self, problem: Problem, device: str, gradient: Gradient) -> None:
        size = self.batch_size = problem.spec.batch_size
        arrays = Arrays(problem, device)
        self.arrays, self.put, self.wait = arrays, arrays.put, arrays.wait
        self.start = arrays.start_copied  # for the first step to consume
        self.examples = Rows(*arrays.put((np.column_stack((problem.X, problem.y)),)))
        self.gather = compiled_gather(size)
        self.gradient = compiled_gradient(gradient)
        self.step = compiled_step(gradient, problem.spec.lr / size)

    @property
    def stepwise(self) -> StepPrepared:
        return self

    def fetch(self, arrays: Any) -> tuple[np.ndarray, ...]:
        if isinstance(arrays, Rows):  # taken apart on the host: nothing is left to do on the device
            (rows,) = self.arrays.fetch((arrays.rows,))
            return rows[:, :-1], rows[:, -1]
        return self.arrays.fetch(arrays)

    def batches(self, order: np.ndarray) -> Iterator[Any]:
        width = CHUNK * self.batch_size
        for first in range(0, len(order), width):
            yield from self.gather(self.examples.rows, order[first : first + width])

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return compiled_loss(params, self.examples)
