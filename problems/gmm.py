"""gmm: the log posterior of a Gaussian mixture, as ADBench and GradBench define it.

The log posterior F as GradBench's README defines it, with ADBench's three errors mended.

The precision of a component is Q^T Q, Q having exp(q) on its diagonal and ``l`` below it, column
by column. F is to be made large; it is differentiated as it is. The prior is one for all
examples: each has the share 1/n in it, so that batches add up to F. Q is applied to x and to mu
apart, which keeps to matrices. Nothing is learned, and nothing is to be recovered: the data are of
no mixture. The value and the gradient are what is promised, held against mpmath's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from problems.errors import BadInput
from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes


class Prior(NamedTuple):
    """Wishart's, on every precision matrix, of d + ``m`` + 1 degrees and V = I / gamma^2."""

    m: int = 0  # these two are what both suites run
    gamma: float = 1.0

    def constant(self, d: int) -> float:
        """Its logarithm's part without parameters, of one component in ``d`` dimensions."""
        n = d + self.m + 1
        log_gamma = d * (d - 1) / 4 * math.log(math.pi)  # of d dimensions, at n / 2
        log_gamma += sum(math.lgamma((n - j) / 2) for j in range(d))
        return n * d * (math.log(self.gamma) - math.log(2) / 2) - log_gamma


def rows(xp: Any, q: Array, l: Array) -> Iterator[Array]:  # noqa: E741  # its name in both suites
    """Column j of every Q (components, d): zeros, exp of the diagonal, what is below it."""
    d, first = q.shape[1], 0
    diagonal = xp.exp(q)
    for j in range(d):
        parts = [0 * q[:, :j], diagonal[:, j : j + 1], l[:, first : first + d - 1 - j]]
        yield xp.concat([part for part in parts if part.shape[1]], axis=1)
        first += d - 1 - j


def whitened(xp: Any, mu: Array, columns: list[Array], X: Array) -> Array:
    """Q (x - mu) of each example and component, side by side: (batch, components * d)."""
    k, d = mu.shape
    W = xp.concat([xp.reshape(column, (1, k * d)) for column in columns], axis=0)
    # Of both x and mu, for a difference of each example and component has three dimensions
    of_mu = sum_of(mu[:, j : j + 1] * column for j, column in enumerate(columns))
    return X @ W - xp.reshape(of_mu, (1, k * d))


def sum_of(parts: Iterator[Array]) -> Array:
    total = next(parts)
    for part in parts:
        total = total + part
    return total


def log_densities(xp: Any, alpha: Array, q: Array, Z: Array) -> Array:
    """Of each example and component, but for what all share: (batch, components)."""
    k, d = q.shape
    squares = xp.reshape(xp.sum(xp.reshape(Z * Z, (-1, d)), axis=1), (-1, k))
    return alpha + xp.sum(q, axis=1) - squares / 2


def log_sum_exp(xp: Any, z: Array) -> Array:
    """Along the last axis of (rows, columns): (rows, 1)."""
    top = xp.max(z, axis=1, keepdims=True)  # else exp overflows
    return xp.log(xp.sum(xp.exp(z - top), axis=1, keepdims=True)) + top


def loss(prior: Prior, xp: Any, params: Arrays, batch: Arrays) -> Array:
    (alpha, mu, q, l), (X, share) = params, batch  # noqa: E741
    n, (k, d) = X.shape[0], mu.shape
    Z = whitened(xp, mu, list(rows(xp, q, l)), X)
    of_examples = xp.sum(log_sum_exp(xp, log_densities(xp, alpha, q, Z)))
    weights = xp.sum(log_sum_exp(xp, alpha[None, :])) + d / 2 * math.log(2 * math.pi)
    e = xp.exp(q)
    squares = prior.gamma**2 / 2 * (xp.sum(e * e) + xp.sum(l * l))
    of_prior = prior.m * xp.sum(q) - squares + k * prior.constant(d)
    return of_examples - n * weights + xp.sum(share) * of_prior


def gradient(prior: Prior, xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # With z = Q (x - mu) and r = softmax over components of alpha + sum q - |z|^2 / 2, of a batch
    # of n and s, its share in the prior:
    # dF/dalpha = sum r - n softmax(alpha); dF/dz = -r z; dF/dQ = sum dF/dz (x - mu)^T, of which
    # those below the diagonal are dF/dl; dF/dmu = -Q^T sum dF/dz; dF/dq = sum r + exp(q) times
    # the diagonal of dF/dQ; and of the prior -s gamma^2 l, s (m - gamma^2 exp(2 q))
    (alpha, mu, q, l), (X, share) = params, batch  # noqa: E741
    n, (k, d), s = X.shape[0], mu.shape, xp.sum(share)
    columns, e = list(rows(xp, q, l)), xp.exp(q)
    Z = whitened(xp, mu, columns, X)
    r = softmax(xp, log_densities(xp, alpha, q, Z))  # (batch, components)
    dZ = xp.reshape(-xp.reshape(r, (-1, 1)) * xp.reshape(Z, (-1, d)), (n, k * d))
    of_x, of_mu = X.T @ dZ, xp.reshape(xp.sum(dZ, axis=0), (k, d))
    dmu, diagonal, below = [], [], []
    for j, column in enumerate(columns):
        dcolumn = xp.reshape(of_x[j], (k, d)) - mu[:, j : j + 1] * of_mu
        dmu.append(-xp.sum(of_mu * column, axis=1, keepdims=True))
        diagonal.append(dcolumn[:, j : j + 1])
        below.append(dcolumn[:, j + 1 :])
    sum_r, g = xp.sum(r, axis=0), s * prior.gamma**2
    dq = sum_r[:, None] + e * xp.concat(diagonal, axis=1) + (s * prior.m - g * e * e)
    dalpha = sum_r - n * xp.reshape(softmax(xp, alpha[None, :]), (k,))
    return dalpha, xp.concat(dmu, axis=1), dq, xp.concat(below[:-1], axis=1) - g * l


def softmax(xp: Any, z: Array) -> Array:
    """Along the last axis of (rows, columns)."""
    e = xp.exp(z - xp.max(z, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


def sizes() -> Mapping[str, float]:
    return {"n_features": 10, "n_components": 5}  # of those that both suites run


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    """Drawn as both suites draw them: means from 0 to 1, all else standard-normal. BadInput."""
    d, k = sizes["n_features"], sizes["n_components"]
    if d < 2:
        raise BadInput(f"n_features is {d}; expected at least 2, else nothing is below a diagonal.")
    shapes = (k,), (k, d), (k, d), (k, d * (d - 1) // 2)
    alpha, _, q, below = (rng.standard_normal(shape) for shape in shapes)
    return alpha, rng.uniform(size=(k, d)), q, below


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    """Standard-normal examples, drawn from no mixture; the share of each in the prior is 1/n."""
    n = sizes["n_examples"]
    return Made((rng.standard_normal((n, sizes["n_features"])), np.full(n, 1.0 / n)))


def cost(sizes: Sizes) -> Cost:
    """What the gradient takes in the examples, a triangle's zeros left out; the rest is less.

    An example and component: d differences, d^2 for Q times them, 2 d for the square, 8 for a
    softmax, d for dF/dz, and d (d + 1) of what is added to dF/dQ, d to its sum: 2 d^2 + 6 d + 8.
    """
    n, d, k = sizes["n_visited"], sizes["n_features"], sizes["n_components"]
    return Cost(flop=n * k * (2 * d * d + 6 * d + 8), n_numbers=n * (d + 1))


gmm = Objective(
    name="gmm",
    params=("alpha", "mu", "q", "l"),
    data=("X", "share"),
    loss=partial(loss, Prior()),
    start=start,
    gradient=partial(gradient, Prior()),
    make=make,
    cost=cost,
    sizes=sizes,
    title="gmm",
    trained=False,
    promise="ADBench's and GradBench's log posterior, value and gradient; not trained",
)
