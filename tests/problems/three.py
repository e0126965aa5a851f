"""An objective of tests alone: three parameters, three arrays of data, no gradient by hand.

``tanh(X w) + E[codes] + b`` by half the sum of squares: one array holds integers, the indices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes

NAME = "tests.problems.three:three"


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, E, b), (X, codes, y) = params, batch
    residual = xp.tanh(X @ w) + xp.take(E, codes, axis=0) + b - y  # (batch,)
    return xp.sum(residual * residual) / 2


def by_hand(params: Arrays, batch: Arrays) -> Arrays:
    """What it does not tell: d/dw = X^T (r (1 - t^2)), d/dE = r by code, d/db = sum r."""
    (w, E, b), (X, codes, y) = params, batch
    t = np.tanh(X @ w)
    residual = t + E[codes] + b - y
    dE = np.zeros_like(E)
    np.add.at(dE, codes, residual)
    return X.T @ (residual * (1 - t * t)), dE, np.sum(residual, keepdims=True)


def sizes() -> Mapping[str, float]:
    return {"n_features": 3, "n_codes": 5}


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    d, k = sizes["n_features"], sizes["n_codes"]
    return rng.normal(0.0, 0.3, d), rng.normal(0.0, 0.1, k), np.zeros(1)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    n, d, k = sizes["n_examples"], sizes["n_features"], sizes["n_codes"]
    X, codes = rng.standard_normal((n, d)), rng.integers(k, size=n)
    w, E = rng.standard_normal((d,)), rng.standard_normal((k,))
    return Made((X, codes, np.tanh(X @ w) + E[codes] + 1.0 + rng.normal(0.0, 0.01, n)))


def cost(sizes: Sizes) -> Cost:
    n, d = sizes["n_visited"], sizes["n_features"]
    return Cost(flop=n * (4 * d + 8), n_numbers=n * (d + 2))


three = Objective(
    "three", ("w", "E", "b"), ("X", "codes", "y"), loss, start, make=make, cost=cost, sizes=sizes
)
