"""Networks of one hidden layer, relu or tanh: ``f(X W1 + b1) W2 + b2`` by cross-entropy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from problems import softmax
from problems.objective import Array, Arrays, Cost, Made, Objective, Sizes


def relu_loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (W1, b1, W2, b2), (X, Y) = params, batch
    h = xp.maximum(X @ W1 + b1, 0.0)  # (batch, hidden)
    return softmax.loss(xp, (W2, b2), (h, Y))


def relu_gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # dloss/dz = softmax(z) - Y with z = h W2 + b2, and back through h = max(a, 0) with
    # a = X W1 + b1: dloss/da = dloss/dz W2^T where h > 0, else 0
    (W1, b1, W2, b2), (X, Y) = params, batch
    h = xp.maximum(X @ W1 + b1, 0.0)  # (batch, hidden)
    dz = softmax.residual(xp, h @ W2 + b2, Y)  # (batch, classes)
    da = xp.where(h > 0, dz @ W2.T, 0.0)
    return (*softmax.of_layer(xp, X, da), *softmax.of_layer(xp, h, dz))


def tanh_loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (W1, b1, W2, b2), (X, Y) = params, batch
    h = xp.tanh(X @ W1 + b1)  # (batch, hidden)
    return softmax.loss(xp, (W2, b2), (h, Y))


def tanh_gradient(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
    # As above, but h = tanh(a), so dloss/da = dloss/dz W2^T (1 - h^2)
    (W1, b1, W2, b2), (X, Y) = params, batch
    h = xp.tanh(X @ W1 + b1)  # (batch, hidden)
    dz = softmax.residual(xp, h @ W2 + b2, Y)  # (batch, classes)
    da = (dz @ W2.T) * (1 - h * h)
    return (*softmax.of_layer(xp, X, da), *softmax.of_layer(xp, h, dz))


def sizes() -> Mapping[str, float]:
    return {**softmax.sizes(), "n_hidden": 32}


def start(gain: float, rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    """Weights that keep the size of what passes; ``gain`` makes up for what f takes from it.

    The first bias is not zero: at an example that is, relu has no derivative there.
    """
    d, h, c = (sizes[f"n_{layer}"] for layer in ("features", "hidden", "classes"))
    W1, b1 = rng.normal(0.0, gain / math.sqrt(d), (d, h)), rng.normal(0.0, 0.01, h)
    return W1, b1, rng.normal(0.0, 1 / math.sqrt(h), (h, c)), np.zeros(c)


def make(
    f: Callable[[np.ndarray], np.ndarray], gain: float, rng: np.random.Generator, sizes: Sizes
) -> Made:
    """Standard-normal features, labelled by a teacher of the same layers as for softmax.

    It is no truth to recover: hidden units may change places, and labels are noisy.
    """
    n = sizes["n_examples"]
    X = rng.standard_normal((n, sizes["n_features"]))
    W1, _, W2, _ = start(gain, rng, (), sizes)
    return Made((X, softmax.labelled(rng, softmax.SPREAD * (f(X @ W1) @ W2))))


def cost(n_hidden_flop: int, sizes: Sizes) -> Cost:
    """What the formulas above take, counted as for softmax.

    An example: the sums of the hidden layer take 2 d h, of the classes 2 h c; softmax and label
    6 c - 2; what is added to the gradients of W2 and b2 2 h c + c; what comes back to the hidden
    layer h (2 c - 1); what is added to the gradients of W1 and b1 2 d h + h. Besides, a hidden
    unit takes ``n_hidden_flop`` for f and its slope. A minibatch takes three for each parameter.
    """
    n, d, h, c = (sizes[f"n_{name}"] for name in ("visited", "features", "hidden", "classes"))
    n_params = (d + 1) * h + (h + 1) * c
    flop = n * (4 * d * h + 6 * h * c + n_hidden_flop * h + 7 * c - 2)
    return Cost(flop=flop + softmax.updates(sizes) * n_params, n_numbers=n * (d + c))


def stable_rate(sizes: Sizes) -> float:
    """A rate at which SGD on standard-normal features descends, by the curvature at the start.

    None is proved for the whole way of a network. The curvature in the logits is 1/2 at the most;
    they change with W2, b2 by |h|^2 + 1, which is H + 1 of H hidden units, and with W1, b1 by
    (d + 1) q, q = (1 + sqrt(c / H))^2 being what the random W2 stretches at the most. Of the
    mean over many examples it is no more than H + 1 and q: features point to all sides, but
    hidden units do not. The rate is half of where a step on B examples would no longer descend.
    """
    size, d, h, c = (sizes[n] for n in ("batch_size", "n_features", "n_hidden", "n_classes"))
    q = (1 + math.sqrt(c / h)) ** 2
    return float(2 / (h + 1 + q + (h + 1 + (d + 1) * q) / size))


mlp = Objective(
    name="mlp",
    params=("W1", "b1", "W2", "b2"),
    data=("X", "Y"),
    loss=relu_loss,
    start=partial(start, math.sqrt(2)),  # half of the sums are below zero
    gradient=relu_gradient,
    make=partial(make, partial(np.maximum, 0.0), math.sqrt(2)),
    cost=partial(cost, 2),  # a comparison each
    stable_rate=stable_rate,
    sizes=sizes,
    title="a network of one hidden layer",
    promise=softmax.softmax.promise,
)
mlp_tanh = replace(
    mlp,
    name="mlp-tanh",
    loss=tanh_loss,
    start=partial(start, 1.0),
    gradient=tanh_gradient,
    make=partial(make, np.tanh, 1.0),
    cost=partial(cost, 4),  # tanh, h h, 1 - h h, and the product with it
    title="a network of one hidden layer of tanh",
)
