"""Softmax regression and networks in JAX, weights held as (out, in), as whole epochs hold them.

The gradient of (in, out) that JAX finds is a product turned over, a copy in every step; held so,
weights are turned once an epoch. Measured on a CPU in float32 at 64 features, 10 classes, 32
hidden units, an epoch of ``jax-scan`` takes of its time as written 0.71 (softmax), 0.93 (mlp) and
0.87 (mlp-tanh) in batches of 10, 0.50, 0.69 and 0.69 in those of 256; of ``jax-scan-manual`` 0.63,
0.89 and 0.87, then 0.65, 0.81 and 0.83.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax

from backends.base import Array, Batch, Params

Gradient = Callable[[Params, Batch], Params]
Hidden = Callable[[Array], Array]


def layer(V: Array, b: Array, x: Array) -> Array:
    """``x V^T + b``, (batch, out), without turning V over."""
    return lax.dot_general(x, V, (((1,), (1,)), ((), ()))) + b


# Examples as columns where JAX finds the gradient: that of V is then a product of rows, for which
# XLA has its fast kernel on a CPU, and no sum down the columns


def columns(V: Array, b: Array, x: Array) -> Array:
    """``V x + b``, (out, batch)."""
    return V @ x + b[:, None]


def cross_entropy(z: Array, Y: Array) -> Array:
    # With the labels inside log_softmax the gradient would be Y - softmax(z) sum Y: a sum more
    return jnp.sum(jax.nn.logsumexp(z, axis=0)) - jnp.sum(z * Y.T)


def softmax(params: Params, batch: Batch) -> Array:
    (V, b), (X, Y) = params, batch
    return cross_entropy(columns(V, b, X.T), Y)


def network(f: Hidden) -> Callable[[Params, Batch], Array]:
    def loss(params: Params, batch: Batch) -> Array:
        (V1, b1, V2, b2), (X, Y) = params, batch
        return cross_entropy(columns(V2, b2, f(columns(V1, b1, X.T))), Y)

    return loss


def of_layer(x: Array, dz: Array) -> Params:
    # dloss/dV = dloss/dz^T x and dloss/db = sum dloss/dz, with z = x V^T + b
    return dz.T @ x, dz.sum(axis=0)


def softmax_by_hand(params: Params, batch: Batch) -> Params:
    # dloss/dz = softmax(z) - Y
    (V, b), (X, Y) = params, batch
    return of_layer(X, jax.nn.softmax(layer(V, b, X)) - Y)


def network_by_hand(f: Hidden, back: Callable[[Array, Array], Array]) -> Gradient:
    """``back`` of h = f(a) and dloss/dh is dloss/da."""

    def gradient(params: Params, batch: Batch) -> Params:
        # dloss/dz = softmax(z) - Y with z = h V2^T + b2, so dloss/dh = dloss/dz V2
        (V1, b1, V2, b2), (X, Y) = params, batch
        h = f(layer(V1, b1, X))  # (batch, hidden)
        dz = jax.nn.softmax(layer(V2, b2, h)) - Y
        return (*of_layer(X, back(h, dz @ V2)), *of_layer(h, dz))

    return gradient


# At (params, batch), the weights among params and gradients being (out, in)
FORMS: dict[str, Gradient] = {
    "softmax": jax.grad(softmax),
    "mlp": jax.grad(network(jax.nn.relu)),
    "mlp-tanh": jax.grad(network(jnp.tanh)),
}
GRADIENTS: dict[str, Gradient] = {
    "softmax": softmax_by_hand,
    # max(a, 0) has the slope 1 where h > 0, else 0; tanh(a) has 1 - h^2
    "mlp": network_by_hand(jax.nn.relu, lambda h, dh: jnp.where(h > 0, dh, 0)),
    "mlp-tanh": network_by_hand(jnp.tanh, lambda h, dh: dh * (1 - h * h)),
}
