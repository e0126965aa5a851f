"""JAX: a whole epoch in one compiled program, by ``lax.scan`` over its minibatches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import numpy as np
from jax import lax

from backends.base import Array, Params, Prepared
from backends.engines.jax_arrays import Arrays, facts, supports
from backends.engines.jax_linreg import Gradient, autodiff, by_hand, mean_loss, sgd
from backends.problem import Problem


class JaxScan:
    name = "jax-scan"
    framework = "jax"
    differentiation = "autodiff"
    execution = "compiled epoch"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return ScanPrepared(problem, device, autodiff)


class JaxScanManual:
    name = "jax-scan-manual"
    framework = "jax"
    differentiation = "hand-written"
    execution = "compiled epoch"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return ScanPrepared(problem, device, by_hand)


@cache
def compiled_epoch(gradient: Gradient, size: int) -> Callable[..., Params]:
    """The epoch in minibatches of ``size``, compiled once a process for each shape of the data."""

    def epoch(params: Params, order: Array, X: Array, y: Array, rate: Array) -> Params:
        def step(params: Params, chosen: Array) -> tuple[Params, None]:
            return sgd(params, gradient(params, (X[chosen], y[chosen])), rate), None

        whole = len(order) - len(order) % size
        params, _ = lax.scan(step, params, order[:whole].reshape(-1, size))
        if whole < len(order):
            params, _ = step(params, order[whole:])
        return params

    return jax.jit(epoch)


compiled_loss = jax.jit(mean_loss)


class ScanPrepared:
    stepwise = None

    def __init__(self, problem: Problem, device: str, gradient: Gradient) -> None:
        arrays = Arrays(problem, device)
        self.start, self.put, self.wait, self.fetch = (
            arrays.start,
            arrays.put,
            arrays.wait,
            arrays.fetch,
        )
        self.X, self.y = arrays.put((problem.X, problem.y))
        size = problem.spec.batch_size
        # On the device already, so that no call has to bring it
        (self.rate,) = arrays.put((np.asarray(problem.spec.lr / size, problem.X.dtype),))
        self.run = compiled_epoch(gradient, size)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return self.run(params, order, self.X, self.y, self.rate)

    def loss(self, params: Params) -> Array:
        return compiled_loss(params, (self.X, self.y))
