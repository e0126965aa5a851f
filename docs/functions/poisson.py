"""Poisson regression of counts, by the log of their rate."""

import numpy as np

PARAMS, DATA = ("w", "b"), ("X", "counts")


def loss(xp, params, batch):
    (w, b), (X, counts) = params, batch
    log_rate = X @ w + b  # (batch,)
    return xp.sum(xp.exp(log_rate) - counts * log_rate)


def start(rng, data, sizes):
    return rng.normal(0, 0.1, data[0].shape[1]), np.zeros(1)


def make(rng, sizes):
    X = rng.standard_normal((sizes["n_examples"], 5))
    w = rng.normal(0, 0.3, 5)
    return X, rng.poisson(np.exp(X @ w)).astype(float)
