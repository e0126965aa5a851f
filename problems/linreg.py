"""Linear regression, the lesson: ``X w + b`` by half the sum of squares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.errors import BadInput
from problems.objective import Array, Arrays, Cost, Fit, Made, Objective, Sizes

FAR = 30.0  # condition number from which on SGD at one rate takes more than a thousand steps
MOST_SOLVED = 10**7  # numbers of data that least squares are told of


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


def fit(data: Arrays) -> Fit:
    """Data of a file: ``X`` (n, d) and ``y`` (n,), whole numbers as floats. Raises BadInput."""
    X, y = (array.astype("float64") for array in data)
    for name, array, ndim in (("X", X, 2), ("y", y, 1)):
        if array.ndim != ndim:
            expected = "(examples, features)" if ndim == 2 else "(examples,)"
            raise BadInput(
                f"{name} has shape {array.shape}; linreg takes X (examples, features) and y "
                f"(examples,). Reshape it to {expected}."
            )
    told = (solution(X, y),) if X.size <= MOST_SOLVED else ()
    return Fit((X, y), {"n_features": X.shape[1]}, told, of_making=("noise",))


def least_squares(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """``w`` (d,) and ``b`` of the least sum of squares; where many are alike, the shortest ``w``.

    Columns are centred and scaled first, which takes away most of a bad condition.
    """
    middle, centred = X.mean(axis=0), X - X.mean(axis=0)
    scale = np.linalg.norm(centred, axis=0)
    scale[scale == 0] = 1.0
    w = np.linalg.lstsq(centred / scale, y - y.mean(), rcond=None)[0] / scale
    return w, float(y.mean() - middle @ w)


def solution(X: np.ndarray, y: np.ndarray) -> str:
    """What least squares say of data, and how near SGD can come to it, in a sentence.

    At a stable rate a step leaves, in the slowest direction, all but the square of
    1 / condition number.
    """
    w, b = least_squares(X, y)
    condition = float(np.linalg.cond(np.column_stack((X, np.ones(len(X))))))
    some = ", ".join(f"{value:.6g}" for value in w[:6]) + (", ..." if len(w) > 6 else "")
    text = (
        f"least squares: w = {some}, b = {b:.6g}. By the condition number {condition:.1e}, SGD at "
        f"a stable rate takes about {condition**2:.0e} steps to come near it."
    )
    return text if condition < FAR else f"{text} Scale and centre the columns of X for fewer."


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
    fit=fit,
    title="the lesson",
    look=("X", "y"),
    promise="every step is held against a reference; the true w and b are recovered",
)
