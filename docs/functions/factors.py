"""Matrix factorisation: ratings by the product of a user's factors and an item's."""

import numpy as np

PARAMS, DATA = ("U", "V"), ("users", "items", "ratings")
N_USERS, N_ITEMS, RANK = 40, 30, 4
PENALTY = 0.02


def loss(xp, params, batch):
    (U, V), (users, items, ratings) = params, batch
    u, v = xp.take(U, users, axis=0), xp.take(V, items, axis=0)  # (batch, RANK)
    r = xp.sum(u * v, axis=1) - ratings
    return xp.sum(r * r) / 2 + PENALTY * (xp.sum(u * u) + xp.sum(v * v))


def start(rng, data, sizes):
    return rng.normal(0, 0.5, (N_USERS, RANK)), rng.normal(0, 0.5, (N_ITEMS, RANK))


def make(rng, sizes):
    n = sizes["n_examples"]
    users, items = rng.integers(N_USERS, size=n), rng.integers(N_ITEMS, size=n)
    U, V = rng.normal(size=(N_USERS, RANK)), rng.normal(size=(N_ITEMS, RANK))
    return users, items, np.sum(U[users] * V[items], axis=1) + rng.normal(0, 0.1, n)
