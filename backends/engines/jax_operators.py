"""Derivatives besides the gradient in JAX, by its function transforms, each compiled or not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
from jax.flatten_util import ravel_pytree

from backends.base import Array, Batch, Params
from backends.engines.jax_gradient import autodiff, loss_of
from backends.operators import (
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE_VECTORIZED,
    Operator,
)
from problems.objective import Objective


@cache
def operators(
    objective: Objective, compiled: Callable[[Any], Any] = jax.jit
) -> dict[str, Operator]:
    """The operators of ``objective``, each ``compiled``, once a process."""
    summed_loss, gradient = loss_of(objective), autodiff(objective)

    def jvp(params: Params, batch: Batch, direction: Params) -> Array:
        return jax.jvp(lambda p: summed_loss(p, batch), (params,), (direction,))[1]

    def hvp(params: Params, batch: Batch, direction: Params) -> Params:
        product: Params = jax.jvp(lambda p: gradient(p, batch), (params,), (direction,))[1]
        return product

    def hessian(params: Params, batch: Batch) -> Array:
        flat, unravel = ravel_pytree(params)
        return jax.hessian(lambda p: summed_loss(unravel(p), batch))(flat)

    def per_example(params: Params, batch: Batch) -> Params:
        def of_one(example: Batch) -> Params:  # an example is a batch of one
            return gradient(params, tuple(array[None] for array in example))

        grads: Params = jax.vmap(of_one)(tuple(batch))
        return grads

    return {
        "jvp": Operator(compiled(jvp), FORWARD),
        "hvp": Operator(compiled(hvp), FORWARD_OVER_REVERSE),
        "hessian": Operator(compiled(hessian), FORWARD_OVER_REVERSE),
        "per_example": Operator(compiled(per_example), REVERSE_VECTORIZED),
    }
