"""Linear regression by Huber's loss: squares of small residuals, the size of large ones."""

import numpy as np

PARAMS, DATA = ("w", "b"), ("X", "y")
DELTA = 1.0


def loss(xp, params, batch):
    (w, b), (X, y) = params, batch
    r = X @ w + b - y  # (batch,)
    size = xp.abs(r)
    return xp.sum(xp.where(size <= DELTA, r * r / 2, DELTA * (size - DELTA / 2)))


def start(rng, data, sizes):
    return rng.normal(0, 0.1, data[0].shape[1]), np.zeros(1)


def make(rng, sizes):
    X = rng.standard_normal((sizes["n_examples"], 5))
    noise = rng.standard_t(2, sizes["n_examples"])  # with outliers
    return X, X @ rng.standard_normal(5) + 0.3 * noise
