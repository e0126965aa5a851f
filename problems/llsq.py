"""llsq: a polynomial held against the sign function, as GradBench's eval ``llsq`` has it.

The function is GradBench's, and so are the grid, its signs and how ``x`` is drawn.

GradBench computes t and s inside the function; here they are the data. Both compute the powers of
t inside, GradBench one after the other, here by doubling. All examples in one batch are its llsq,
which ``full_gradient`` times. Nothing is learned: the powers are far too alike for a descent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (x,), (t, s) = params, batch
    residual = powers(xp, t, x.shape[0]) @ x - s  # (batch,)
    return xp.sum(residual * residual) / 2


def gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # loss = sum r^2 / 2 with r = P x - s and P[i, j] = t_i^j, so dloss/dx = P^T r
    (x,), (t, s) = params, batch
    P = powers(xp, t, x.shape[0])
    return (P.T @ (P @ x - s),)


def powers(xp: Any, t: Array, m: int) -> Array:
    """1, t, t^2, ... (batch, m): from some to twice as many by one product."""
    power = t[:, None]  # of as many as P has columns
    P = 0 * power + 1
    while P.shape[1] < m:
        P = xp.concat((P, P * power), axis=1)
        power = power * power
    return P[:, :m]


def sizes() -> Mapping[str, float]:
    return {"n_terms": 128}  # GradBench's


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    """Coefficients from 0 to 1, as GradBench draws them."""
    return (rng.uniform(size=sizes["n_terms"]),)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    """An even grid ``t`` from -1 to 1, and its signs ``s``: nothing is drawn."""
    t = np.linspace(-1.0, 1.0, sizes["n_examples"])
    return Made((t, np.sign(t)))


def cost(sizes: Sizes) -> Cost:
    """What the gradient above takes.

    An example: m - 1 products for the powers of m terms, 2 m - 1 operations for their sum, one
    difference, and 2 m of what is added to the gradient.
    """
    n, m = sizes["n_visited"], sizes["n_terms"]
    return Cost(flop=n * (5 * m - 1), n_numbers=2 * n)


llsq = Objective(
    name="llsq",
    params=("x",),
    data=("t", "s"),
    loss=loss,
    start=start,
    gradient=gradient,
    make=make,
    cost=cost,
    sizes=sizes,
    title="llsq",
    trained=False,
    promise="GradBench's llsq, value and gradient; not trained",
)
