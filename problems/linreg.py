"""Linear regression, the lesson: ``X w + b`` by half the sum of squares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y[:, None]  # (batch, 1)
    # A product and one halving: op by op, a power and a halving each are dearer
    return xp.sum(residual * residual) / 2


def gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return X.T @ residual, xp.sum(residual, axis=0)


def sizes() -> Mapping[str, float]:
    return {"n_features": 2, "noise": 0.01}


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    return rng.normal(0.0, 0.01, (sizes["n_features"], 1)), np.zeros(1)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    """Standard-normal features; the true ``w`` repeats the lesson's [2, -3.4]."""
    n, d = sizes["n_examples"], sizes["n_features"]
    X, w, b = rng.standard_normal((n, d)), np.resize([2.0, -3.4], (d, 1)), np.array([4.2])
    return Made((X, (X @ w + b)[:, 0] + rng.normal(0.0, sizes["noise"], n)), (w, b))


def cost(sizes: Sizes) -> Cost:
    """What the formulas above take.

    An example: x · w + b takes d products and d sums, the residual one difference, its product
    with x added to the gradient d products and d sums, the gradient of b one sum: 4 d + 2.
    A minibatch, for each of d + 1 parameters: times the learning rate, divided by the batch
    size, subtracted: 3 (d + 1).
    """
    n, d = sizes["n_visited"], sizes["n_features"]
    n_batches = math.ceil(n / sizes["batch_size"])
    return Cost(flop=n * (4 * d + 2) + n_batches * 3 * (d + 1), n_numbers=n * (d + 1))


def stable_rate(sizes: Sizes) -> float:
    """The rate at which SGD on so many standard-normal features is fastest.

    In the mean square it diverges from 2 B / (B + d + 1) on and is fastest at half of that, B being
    the batch size and d the features.
    """
    size = sizes["batch_size"]
    return float(size / (size + sizes["n_features"] + 1))


linreg = Objective(
    name="linreg",
    params=("w", "b"),
    data=("X", "y"),
    loss=loss,
    start=start,
    gradient=gradient,
    make=make,
    cost=cost,
    stable_rate=stable_rate,
    sizes=sizes,
    title="the lesson",
    look=("X", "y"),
)
