"""Softmax regression: ``X W + b`` by cross-entropy against one-hot labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.errors import BadInput
from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes

SPREAD = 3.0  # standard deviation of a teacher's logits; that of the noise on them is 1.3


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (W, b), (X, Y) = params, batch
    z = X @ W + b  # (batch, classes)
    # Near numbers first: of large logits a sum of each would keep few digits
    return xp.sum(xp.logsumexp(z, axis=1) - xp.sum(z * Y, axis=1))


def gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # loss = sum log sum exp z - sum z Y with z = X W + b, so dloss/dz = softmax(z) - Y
    (W, b), (X, Y) = params, batch
    return of_layer(xp, X, residual(xp, X @ W + b, Y))


def residual(xp: Any, z: Array, Y: Array) -> Array:
    """``softmax(z) - Y``, shaped like both: (batch, classes)."""
    e = xp.exp(z - xp.max(z, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True) - Y


def of_layer(xp: Any, X: Array, dz: Array) -> Arrays:
    """The gradient of ``W`` and ``b`` where that of ``z = X W + b`` is ``dz``."""
    # dloss/dW = X^T dloss/dz and dloss/db = sum dloss/dz
    return X.T @ dz, xp.sum(dz, axis=0)


def sizes() -> Mapping[str, float]:
    return {"n_features": 64, "n_classes": 10}


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    d, c = sizes["n_features"], sizes["n_classes"]
    return rng.normal(0.0, 0.01, (d, c)), np.zeros(c)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    """Standard-normal features, labelled by a teacher ``W`` as ``labelled`` says.

    The teacher is no truth to recover: labels so noisy tell it only as well as their number
    allows, and the same added to the logits of all classes changes nothing.
    """
    n, d, c = sizes["n_examples"], sizes["n_features"], sizes["n_classes"]
    X, W = rng.standard_normal((n, d)), rng.normal(0.0, SPREAD / math.sqrt(d), (d, c))
    return Made((X, labelled(rng, X @ W)))


def labelled(rng: np.random.Generator, logits: np.ndarray) -> np.ndarray:
    """One-hot labels, each drawn with the probabilities that its softmax gives; (n, classes).

    With Gumbel noise on the logits the largest is at each class as often as that. Raises BadInput.
    """
    n, c = logits.shape
    if c < 2:
        raise BadInput(f"n_classes is {c}; expected at least 2, else there is nothing to learn.")
    one_hot: np.ndarray = np.eye(c)[(logits + rng.gumbel(size=(n, c))).argmax(axis=1)]
    return one_hot


def cost(sizes: Sizes) -> Cost:
    """What the formulas above take, an exponential and a comparison being one operation each.

    An example: X W + b takes c d products and c d sums; its softmax c - 1 comparisons,
    c differences, c exponentials, c - 1 sums and c divisions, the label c differences; what is
    added to the gradient of W c d products and c d sums, to that of b c sums:
    4 c d + 7 c - 2. A minibatch, for each of c (d + 1) parameters: times the learning rate,
    divided by the batch size, subtracted.
    """
    n, d, c = sizes["n_visited"], sizes["n_features"], sizes["n_classes"]
    flop = n * (4 * c * d + 7 * c - 2) + updates(sizes) * c * (d + 1)
    return Cost(flop=flop, n_numbers=n * (d + c))


def updates(sizes: Sizes) -> int:
    """What the updates of an epoch take for each parameter: three operations a minibatch."""
    n_batches: int = math.ceil(sizes["n_visited"] / sizes["batch_size"])
    return 3 * n_batches


def stable_rate(sizes: Sizes) -> float:
    """The rate at which SGD on standard-normal features is stable whatever the labels.

    The curvature in ``z`` is that of log sum exp: diag(p) - p p^T, 1/2 at the most. That of an
    example in ``W`` and ``b`` is so at most half of linear regression's, and the rate that is
    fastest there is doubled: 2 B / (B + d + 1), B being the batch size and d the features. A
    step on all of few examples, whose curvature is up to (1 + sqrt(d / n))^2 / 2, descends too.
    Noisy labels hold training above the optimum by about (d + 1) / (2 (B + d + 1)) at the most:
    it descends from the start where labels tell more than that.
    """
    size = sizes["batch_size"]
    return float(2 * size / (size + sizes["n_features"] + 1))


softmax = Objective(
    name="softmax",
    params=("W", "b"),
    data=("X", "Y"),
    loss=loss,
    start=start,
    gradient=gradient,
    make=make,
    cost=cost,
    stable_rate=stable_rate,
    sizes=sizes,
    title="softmax regression",
    promise="every step is held against a reference; there is no truth to recover",
)
