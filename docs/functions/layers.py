"""A regression network of three layers: tanh, relu, and a sum."""

import math

import numpy as np

PARAMS, DATA = ("W1", "b1", "W2", "b2", "w3", "b3"), ("X", "y")
WIDTHS = 8, 16, 12  # features and units


def loss(xp, params, batch):
    (W1, b1, W2, b2, w3, b3), (X, y) = params, batch
    h = xp.tanh(X @ W1 + b1)
    h = xp.maximum(h @ W2 + b2, 0.0)
    r = h @ w3 + b3 - y  # (batch,)
    return xp.sum(r * r) / 2


def start(rng, data, sizes):
    d, m, n = WIDTHS
    W1, W2 = rng.normal(0, 1 / math.sqrt(d), (d, m)), rng.normal(0, 1 / math.sqrt(m), (m, n))
    return W1, rng.normal(0, 0.1, m), W2, rng.normal(0, 0.1, n), rng.normal(0, 0.3, n), np.zeros(1)


def make(rng, sizes):
    X = rng.standard_normal((sizes["n_examples"], WIDTHS[0]))
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2] / 2
