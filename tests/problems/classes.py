"""An objective of tests alone: softmax regression, as in ``docs``, without a gradient by hand.

``X W + b`` by cross-entropy against one-hot labels: reductions along an axis, two ranks of
parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes

NAME = "tests.problems.classes:classes"


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (W, b), (X, Y) = params, batch
    z = X @ W + b  # (batch, classes)
    z = z - xp.max(z, axis=1, keepdims=True)  # else exp overflows
    return xp.sum(xp.log(xp.sum(xp.exp(z), axis=1))) - xp.sum(z * Y)


def sizes() -> Mapping[str, float]:
    return {"n_features": 5, "n_classes": 3}


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    d, c = sizes["n_features"], sizes["n_classes"]
    return rng.normal(0.0, 0.01, (d, c)), np.zeros(c)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    n, d, c = sizes["n_examples"], sizes["n_features"], sizes["n_classes"]
    X, W = rng.standard_normal((n, d)), rng.standard_normal((d, c))
    return Made((X, np.eye(c)[(X @ W + rng.gumbel(size=(n, c))).argmax(axis=1)]))


def cost(sizes: Sizes) -> Cost:
    n, d, c = sizes["n_visited"], sizes["n_features"], sizes["n_classes"]
    return Cost(flop=n * c * (4 * d + 8), n_numbers=n * (d + c))


classes = Objective(
    "classes", ("W", "b"), ("X", "Y"), loss, start, make=make, cost=cost, sizes=sizes
)
