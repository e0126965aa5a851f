"""Softmax regression in Numba, its gradient written by hand: an epoch, and the mean loss."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from backends.base import Array
from backends.engines.numba_native import BLOCK, REORDER, Native, jit, native, types_of
from problems.problem import Problem


@jit
def exponentials(z: Array) -> tuple[Any, Any]:
    """The largest of ``z`` and the sum of exp(z - largest), which ``z`` is then."""
    top = z[0]
    for k in range(1, len(z)):
        top = max(top, z[k])
    total = z.dtype.type(0)
    for k in range(len(z)):
        z[k] = np.exp(z[k] - top)
        total += z[k]
    return top, total


@jit
def loss_of(z: Array, y: Array) -> Any:
    """The loss of an example: log sum exp z - sum z y. ``z`` is overwritten."""
    of_label = z.dtype.type(0)
    for k in range(len(z)):
        of_label += z[k] * y[k]
    top, total = exponentials(z)
    return np.log(total) + (top - of_label)


@cache
def epoch_program(d: int, c: int, dtype: str) -> Callable[..., None]:
    """An epoch over ``d`` features and ``c`` classes, constants as for linear regression."""
    t = types_of(dtype)
    signature = (t.matrix, t.matrix, t.indices, t.weights, t.bias, t.number, numba.int64)

    @numba.njit([signature], fastmath=REORDER, error_model="numpy")
    def sgd_epoch(
        X: Array, Y: Array, order: Array, W: Array, b: Array, rate: Any, batch_size: int
    ) -> None:
        # The weights of a class side by side, as the features of an example are: loops run along
        # memory, and sums stay in registers
        V, dV = np.empty((c, d), X.dtype), np.empty((c, d), X.dtype)
        z, db = np.empty(c, X.dtype), np.empty(c, X.dtype)
        V[:] = W.T
        n = len(order)
        for first in range(0, n, batch_size):
            # loss = sum log sum exp z - sum z Y with z = X W + b, so dloss/dz = softmax(z) - Y,
            # dloss/dW = X^T dloss/dz and dloss/db = sum dloss/dz
            dV[:] = 0
            db[:] = 0
            for at in range(first, min(first + batch_size, n)):
                i = np.uint64(order[at])  # unsigned, as for linear regression
                for k in range(c):
                    total = b[k]
                    for j in range(d):
                        total += X[i, j] * V[k, j]
                    z[k] = total
                _, total = exponentials(z)
                for k in range(c):
                    dz = z[k] / total - Y[i, k]
                    for j in range(d):
                        dV[k, j] += dz * X[i, j]
                    db[k] += dz
            for k in range(c):
                for j in range(d):
                    V[k, j] -= rate * dV[k, j]
                b[k] -= rate * db[k]
        W[:] = V.T

    return sgd_epoch


@cache
def loss_program(d: int, c: int, dtype: str) -> Callable[..., float]:
    """The mean loss over all examples, compiled as the epoch is."""
    t = types_of(dtype)
    signature = t.number(t.matrix, t.matrix, t.weights, t.bias)

    @numba.njit([signature], fastmath=REORDER, error_model="numpy")
    def mean_loss(X: Array, Y: Array, W: Array, b: Array) -> Any:
        n, all_losses = len(X), X.dtype.type(0)
        V, z = np.empty((c, d), X.dtype), np.empty(c, X.dtype)
        V[:] = W.T
        for first in range(0, n, BLOCK):
            losses = X.dtype.type(0)
            for i in range(first, min(first + BLOCK, n)):
                for k in range(c):
                    total = b[k]
                    for j in range(d):
                        total += X[i, j] * V[k, j]
                    z[k] = total
                losses += loss_of(z, Y[i])
            all_losses += losses
        return all_losses / n

    return mean_loss


def softmax(problem: Problem, dtype: str) -> Native:
    d, c = problem.start[0].shape
    return native(problem, epoch_program(d, c, dtype), loss_program(d, c, dtype))
