"""JAX: a whole epoch in one compiled program, by ``lax.scan`` over its minibatches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import jax
import numpy as np
from jax import lax

from backends.base import Array, Backend, Params
from backends.engines import jax_layers
from backends.engines.jax_gradient import (
    GRADIENTS,
    Derivation,
    Gradient,
    autodiff,
    by_hand,
    compiled_loss,
    sgd,
    supports_by_hand,
)
from backends.engines.jax_memory import Memory, facts, supports
from problems.problem import Problem


@cache
def compiled_epoch(gradient: Gradient, size: int, turned: bool) -> Callable[..., Params]:
    """The epoch in minibatches of ``size``, compiled once a process for each shape of the data.

    ``turned``: whether ``gradient`` takes weights as (out, in).
    """

    def epoch(params: Params, order: Array, data: tuple[Array, ...], rate: Array) -> Params:
        def step(params: Params, chosen: Array) -> tuple[Params, None]:
            batch = tuple(array[chosen] for array in data)
            return sgd(params, gradient(params, batch), rate), None

        whole = len(order) - len(order) % size
        params = tuple(param.T for param in params) if turned else params
        params, _ = lax.scan(step, params, order[:whole].reshape(-1, size))
        if whole < len(order):
            params, _ = step(params, order[whole:])
        return tuple(param.T for param in params) if turned else params

    return jax.jit(epoch)


class Scan:
    steps = None  # the epoch is one program

    def __init__(
        self,
        derive: Derivation,
        forms: Mapping[str, Gradient],
        problem: Problem,
        device: str,
        dtype: str,
    ) -> None:
        self.memory = Memory(device, dtype)
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        # On the device already, so that no call has to bring it
        (self.rate,) = self.memory.put((np.asarray(problem.rate, dtype),))
        turned = forms.get(problem.objective.name)
        gradient = turned or derive(problem.objective)
        self.run = compiled_epoch(gradient, problem.batch_size, turned is not None)
        self.mean_loss = compiled_loss(problem.objective)

    def start(self) -> Params:
        return self.first  # nobody can change a JAX array that is not donated

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return self.run(params, order, self.data, self.rate)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)


jax_scan = Backend(
    *("jax-scan", "jax", "autodiff", "compiled epoch"),
    *(supports, partial(Scan, autodiff, jax_layers.FORMS), facts, jax_layers.FORMS),
)
jax_scan_manual = Backend(
    *("jax-scan-manual", "jax", "hand-written", "compiled epoch"),
    *(supports_by_hand, partial(Scan, by_hand, jax_layers.GRADIENTS), facts),
    {**GRADIENTS, **jax_layers.GRADIENTS},
)
