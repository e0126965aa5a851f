"""Derivatives besides the gradient in MLX, by its function transforms, each compiled or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx

from backends.base import Array, Batch, Params
from backends.operators import FORWARD, FORWARD_OVER_REVERSE, REVERSE_VECTORIZED, Operator

Loss = Callable[[Params, Batch], Array]


def operators(
    summed_loss: Loss, compiled: Callable[[Callable[..., Any]], Any]
) -> dict[str, Operator]:
    """The operators of ``summed_loss``."""
    gradient = mx.grad(summed_loss)

    def jvp(params: Params, batch: Batch, direction: Params) -> Array:
        _, (tangent,) = mx.jvp(lambda *p: summed_loss(p, batch), list(params), list(direction))
        return tangent

    def hvp(params: Params, batch: Batch, direction: Params) -> Params:
        _, tangents = mx.jvp(lambda *p: gradient(p, batch), list(params), list(direction))
        return tuple(tangents)

    def hessian(params: Params, batch: Batch) -> Array:
        flat = mx.concatenate([param.reshape(-1) for param in params])
        slope = mx.grad(lambda p: summed_loss(like(params, p), batch))
        row = mx.vmap(lambda unit: mx.jvp(slope, [flat], [unit])[1][0])
        return row(mx.eye(flat.size, dtype=flat.dtype))

    def per_example(params: Params, batch: Batch) -> Params:
        def of_one(*example: Array) -> Params:  # an example is a batch of one
            return tuple(gradient(params, tuple(array[None] for array in example)))

        return tuple(mx.vmap(of_one)(*batch))

    return {
        "jvp": Operator(compiled(jvp), FORWARD),
        "hvp": Operator(compiled(hvp), FORWARD_OVER_REVERSE),
        "hessian": Operator(compiled(hessian), FORWARD_OVER_REVERSE),
        "per_example": Operator(compiled(per_example), REVERSE_VECTORIZED),
    }


def like(params: Params, flat: Array) -> Params:
    """``flat`` as arrays shaped like ``params``."""
    found, first = [], 0
    for param in params:
        found.append(flat[first : first + param.size].reshape(param.shape))
        first += param.size
    return tuple(found)
