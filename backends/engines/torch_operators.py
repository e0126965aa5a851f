"""Derivatives besides the gradient in torch: by eager autograd, and by its function transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd import forward_ad

from backends.base import Array, Batch, Params
from backends.operators import (
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE_ONE_BY_ONE,
    REVERSE_OVER_REVERSE,
    REVERSE_VECTORIZED,
    Operator,
)

Loss = Callable[[Params, Batch], Array]  # summed


def by_autograd(function: Loss, scale: Array) -> dict[str, Operator]:
    """Of the loss ``scale`` times ``function``, by autograd as it is used eagerly."""

    def jvp(params: Params, batch: Batch, direction: Params) -> Array:
        with forward_ad.dual_level():
            pairs = zip(params, direction, strict=True)
            duals = tuple(forward_ad.make_dual(p.detach(), v) for p, v in pairs)  # type: ignore[no-untyped-call]
            return forward_ad.unpack_dual(function(duals, batch)).tangent * scale  # type: ignore[no-untyped-call]

    def hvp(params: Params, batch: Batch, direction: Params) -> Params:
        grads = torch.autograd.grad(function(params, batch), params, scale, create_graph=True)
        # One that no parameter moves has no part in the product
        moved = [(grad, v) for grad, v in zip(grads, direction, strict=True) if grad.requires_grad]
        if not moved:
            return tuple(map(torch.zeros_like, direction))
        outputs, vectors = zip(*moved, strict=True)
        return torch.autograd.grad(outputs, params, vectors, materialize_grads=True)

    def hessian(params: Params, batch: Batch) -> Array:
        found: Array = torch.autograd.functional.hessian(  # type: ignore[no-untyped-call]
            lambda flat: function(like(params, flat), batch) * scale, joined(params), vectorize=True
        )
        return found

    def per_example(params: Params, batch: Batch) -> Params:
        alone = zip(*(torch.split(array, 1) for array in batch), strict=True)
        grads = (torch.autograd.grad(function(params, one), params, scale) for one in alone)
        return tuple(map(torch.stack, zip(*grads, strict=True)))

    return {
        "jvp": Operator(jvp, FORWARD),
        "hvp": Operator(hvp, REVERSE_OVER_REVERSE),
        "hessian": Operator(hessian, REVERSE_OVER_REVERSE),
        "per_example": Operator(per_example, REVERSE_ONE_BY_ONE),
    }


def by_transforms(summed_loss: Loss) -> dict[str, Operator]:
    """By ``torch.func``."""
    gradient = torch.func.grad(summed_loss)

    def jvp(params: Params, batch: Batch, direction: Params) -> Array:
        value, slope, *_ = torch.func.jvp(lambda *p: summed_loss(p, batch), params, direction)
        # Forward, a single number times one of Python's has a derivative in float64
        return slope.to(value.dtype)

    def hvp(params: Params, batch: Batch, direction: Params) -> Params:
        product: Params = torch.func.jvp(lambda *p: gradient(p, batch), params, direction)[1]
        return product

    def hessian(params: Params, batch: Batch) -> Array:
        of_flat = torch.func.hessian(lambda flat: summed_loss(like(params, flat), batch))
        found: Array = of_flat(joined(params))
        return found

    def per_example(params: Params, batch: Batch) -> Params:
        def of_one(example: Batch) -> Params:  # an example is a batch of one
            found: Params = gradient(params, tuple(array.unsqueeze(0) for array in example))
            return found

        grads: Params = torch.func.vmap(of_one)(tuple(batch))
        return grads

    return {
        "jvp": Operator(jvp, FORWARD),
        "hvp": Operator(hvp, FORWARD_OVER_REVERSE),
        "hessian": Operator(hessian, FORWARD_OVER_REVERSE),
        "per_example": Operator(per_example, REVERSE_VECTORIZED),
    }


def joined(params: Params) -> Array:
    """The numbers of ``params`` one after the other, in C order."""
    return torch.cat([param.detach().reshape(-1) for param in params])


def like(params: Params, flat: Any) -> Params:
    """``flat`` as tensors shaped like ``params``."""
    parts = torch.split(flat, [param.numel() for param in params])
    return tuple(part.view(param.shape) for part, param in zip(parts, params, strict=True))
