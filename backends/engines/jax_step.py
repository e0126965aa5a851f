"""JAX: ``jax.grad`` under ``jit``, one compiled step a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.jax_arrays import Arrays, facts, supports
from backends.problem import Problem

# Batches gathered by one program. Its compile time grows with its outputs, which have to be
# bounded; a call costs little beside 50 batches.
CHUNK = 50


class JaxStep:
    name = "jax"
    framework = "jax"
    differentiation = "autodiff"
    execution = "compiled step"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return JaxPrepared(problem, device)


def summed_loss(params: Params, batch: Batch) -> Array:
    w, b = params
    X, y = batch
    y_hat = X @ w + b  # (batch, 1)
    return jnp.sum((y_hat - y[:, None]) ** 2 / 2)


def sgd_step(params: Params, batch: Batch, *, rate: float) -> Params:
    slopes = jax.grad(summed_loss)(params, batch)
    after: Params = jax.tree.map(lambda param, slope: param - rate * slope, params, slopes)
    return after


def gather(X: Array, y: Array, chosen: Array, *, size: int) -> list[Batch]:
    rows, labels = X[chosen], y[chosen]
    firsts = range(0, len(chosen), size)
    return [(rows[first : first + size], labels[first : first + size]) for first in firsts]


@cache
def gathering(size: int) -> Callable[..., list[Batch]]:
    """``gather`` for one batch size, compiled once a process for each shape of the data."""
    return jax.jit(partial(gather, size=size))


class JaxPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        size = self.batch_size = problem.spec.batch_size
        arrays = self.arrays = Arrays(problem, device)
        self.start, self.put, self.wait, self.fetch = (
            arrays.start,
            arrays.put,
            arrays.wait,
            arrays.fetch,
        )
        self.gather = gathering(size)
        self.gradient = jax.jit(jax.grad(summed_loss))
        # Donated: the new parameters are written where the old ones were
        self.step = jax.jit(partial(sgd_step, rate=problem.spec.lr / size), donate_argnums=0)
        self.mean_loss = jax.jit(lambda params, X, y: summed_loss(params, (X, y)) / len(y))

    @property
    def stepwise(self) -> JaxPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen, width = order.astype(np.int32), CHUNK * self.batch_size
        for first in range(0, len(chosen), width):
            yield from self.gather(self.arrays.X, self.arrays.y, chosen[first : first + width])

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.arrays.X, self.arrays.y)
