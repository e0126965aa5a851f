"""Logistic regression with an L2 penalty, for labels of -1 and 1."""

import numpy as np

PARAMS, DATA = ("w", "b"), ("X", "y")
PENALTY = 0.01


def loss(xp, params, batch):
    (w, b), (X, y) = params, batch
    margin = y * (X @ w + b)  # (batch,)
    # log(1 + exp(-m)) without overflow; the penalty grows with the batch, as a sum does
    losses = xp.log(1 + xp.exp(-xp.abs(margin))) + xp.maximum(-margin, 0.0)
    return xp.sum(losses) + X.shape[0] * PENALTY * xp.sum(w * w)


def start(rng, data, sizes):
    return rng.normal(0, 0.1, data[0].shape[1]), np.zeros(1)


def make(rng, sizes):
    X = rng.standard_normal((sizes["n_examples"], 20))
    w = rng.standard_normal(20)
    return X, np.where(X @ w + rng.logistic(size=len(X)) > 0, 1.0, -1.0)
