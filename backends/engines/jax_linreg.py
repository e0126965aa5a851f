"""The lesson's model in JAX: its loss, its gradient by autodiff and by hand, its update."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import jax
import jax.numpy as jnp

from backends.base import Array, Params

Examples = Iterable[Array]  # X (batch, d), y (batch,)
Gradient = Callable[[Params, Examples], Params]


def summed_loss(params: Params, examples: Examples) -> Array:
    w, b = params
    X, y = examples
    residual = X @ w + b - y[:, None]  # (batch, 1)
    # A product and one halving: op by op, a power and a halving each are dearer
    return jnp.sum(residual * residual) / 2


autodiff: Gradient = jax.grad(summed_loss)


def by_hand(params: Params, examples: Examples) -> Params:
    # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
    w, b = params
    X, y = examples
    residual = X @ w + b - y[:, None]  # (batch, 1)
    # As (r^T X)^T, the product that autodiff finds: X^T r is slower where batches are large
    return (residual.T @ X).T, residual.sum(axis=0)


def sgd(params: Params, grads: Params, rate: float | Array) -> Params:
    """The parameters a step of ``rate`` = lr / batch_size downhill."""
    return tuple(param - rate * grad for param, grad in zip(params, grads, strict=True))


def mean_loss(params: Params, examples: Examples) -> Array:
    X, y = examples
    return summed_loss(params, (X, y)) / len(y)
