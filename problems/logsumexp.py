"""logsumexp: ``log sum exp x`` of one vector, as GradBench's eval ``lse`` has it.

The function is GradBench's, by the maximum and not by a built-in one; so is how ``x`` is drawn.

It has no examples. Here it has one, whose share in it is 1; of n each has the share 1/n, so that
their sum is the function again. That share, a product by one number, is all that is added to it.
Nothing is learned: the gradient and the value are what is promised, held against mpmath's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes


def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (x,), (share,) = params, batch
    top = xp.max(x)  # else exp overflows
    return xp.sum(share) * (xp.log(xp.sum(xp.exp(x - top))) + top)


def gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # d log sum exp x / dx = softmax(x); the maximum cancels
    (x,), (share,) = params, batch
    e = xp.exp(x - xp.max(x))
    return ((xp.sum(share) / xp.sum(e)) * e,)


def sizes() -> Mapping[str, float]:
    return {"n_entries": 2500}  # the shortest that GradBench asks for


def start(rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    """Entries from 0 to 1, as GradBench draws them."""
    return (rng.uniform(size=sizes["n_entries"]),)


def make(rng: np.random.Generator, sizes: Sizes) -> Made:
    """The share of each example in the function: all alike, and one in sum."""
    n = sizes["n_examples"]
    return Made((np.full(n, 1.0 / n),))


def cost(sizes: Sizes) -> Cost:
    """What the gradient above takes, an exponential and a comparison being one operation each.

    A batch: m - 1 comparisons, m differences, m exponentials, m - 1 sums, a division and m
    products for m entries, and the sum of the shares.
    """
    n_batches = -(-sizes["n_visited"] // sizes["batch_size"])
    flop = n_batches * (5 * sizes["n_entries"] - 1) + sizes["n_visited"]
    return Cost(flop=flop, n_numbers=sizes["n_visited"])


logsumexp = Objective(
    name="logsumexp",
    params=("x",),
    data=("share",),
    loss=loss,
    start=start,
    gradient=gradient,
    make=make,
    cost=cost,
    sizes=sizes,
    title="logsumexp",
    trained=False,
    n_examples=1,
    # Through the maximum, by which x is shifted and which is added again, autodiff comes by
    # 1 - sum softmax(x): zero but for its rounding
    cancelling=lambda sizes: int(sizes["n_entries"]),
    promise="GradBench's lse, value and gradient; not trained",
)
