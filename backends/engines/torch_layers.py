"""Softmax regression and networks in torch's own words: ``addmm`` and ``logsumexp``.

Measured on a CPU in float32 at 64 features, 10 classes, 32 hidden units: an epoch of ``torch``
takes of its time as written about 0.81 (softmax), 0.70 (mlp) and 0.86 (mlp-tanh) in batches of 10,
0.81 (softmax) and 0.63 (mlp) in those of 256.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from backends.base import Array, Batch, Params


def cross_entropy(z: Array, Y: Array) -> Array:
    # Not by log_softmax, nor torch's own cross_entropy: they are it for labels that sum to 1 only
    return torch.logsumexp(z, 1).sum() - torch.dot(z.flatten(), Y.flatten())


def softmax(params: Params, batch: Batch) -> Array:
    (W, b), (X, Y) = params, batch
    return cross_entropy(torch.addmm(b, X, W), Y)


def network(f: Callable[[Array], Array]) -> Callable[[Params, Batch], Array]:
    def loss(params: Params, batch: Batch) -> Array:
        (W1, b1, W2, b2), (X, Y) = params, batch
        h = f(torch.addmm(b1, X, W1))  # (batch, hidden)
        return cross_entropy(torch.addmm(b2, h, W2), Y)

    return loss


LOSSES: dict[str, Callable[[Params, Batch], Array]] = {
    "softmax": softmax,
    "mlp": network(torch.relu),
    "mlp-tanh": network(torch.tanh),
}
