"""JAX op by op: ``jax.grad`` with nothing compiled but the single operations."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp
import numpy as np

from backends.base import Array, Batch, Params, Prepared, epoch_of_steps
from backends.engines.jax_arrays import Arrays, facts, supports
from backends.engines.jax_linreg import autodiff, mean_loss, sgd
from backends.problem import Problem


class JaxEager:
    name = "jax-eager"
    framework = "jax"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return EagerPrepared(problem, device)


class EagerPrepared:
    gradient = staticmethod(autodiff)

    def __init__(self, problem: Problem, device: str) -> None:
        arrays = Arrays(problem, device)
        self.start, self.put, self.wait, self.fetch = (
            arrays.start,
            arrays.put,
            arrays.wait,
            arrays.fetch,
        )
        self.X, self.y = arrays.put((problem.X, problem.y))
        self.batch_size = problem.spec.batch_size
        rate = problem.spec.lr / problem.spec.batch_size
        (self.rate,) = arrays.put((np.asarray(rate, problem.X.dtype),))

    @property
    def stepwise(self) -> EagerPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.batch_size):
            chosen = order[first : first + self.batch_size]
            # Indexing with brackets would spend near a millisecond on finding out what is meant
            yield (
                jnp.take(self.X, chosen, axis=0, mode="clip"),
                jnp.take(self.y, chosen, mode="clip"),
            )

    def step(self, params: Params, batch: Batch) -> Params:
        return sgd(params, autodiff(params, batch), self.rate)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return mean_loss(params, (self.X, self.y))
