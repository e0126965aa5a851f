"""Networks of one hidden layer in Numba, gradients by hand: an epoch, and the mean loss.

The matrices of a minibatch are multiplied by SciPy's BLAS, twice as fast as by loops; examples that
come one by one are not worth calling it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numba
import numpy as np

from backends.base import Array, Refusal
from backends.engines.numba_native import BLOCK, REORDER, Native, jit, native, types_of
from backends.engines.numba_softmax import exponentials, loss_of
from problems.problem import Problem

Unit = tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]


def relu(dtype: str) -> Unit:
    """A hidden unit in ``dtype``: h of its sum a, and dloss/da of dloss/dh and h."""
    zero = np.dtype(dtype).type(0)
    return (
        jit(lambda a: zero if a < zero else a),  # NaN stays
        jit(lambda dh, h: dh if h > zero else zero),
    )


def tanh(dtype: str) -> Unit:
    """As ``relu``; by an exponential, which takes a sixth of libm's tanh."""
    one, two = map(np.dtype(dtype).type, (1, 2))
    return (
        jit(lambda a: one - two / (np.exp(two * a) + one)),
        jit(lambda dh, h: dh * (one - h * h)),
    )


UNITS = {"mlp": relu, "mlp-tanh": tanh}


@jit
def gather(X: Array, chosen: Array, rows: Array) -> None:
    for r in range(len(chosen)):
        i = np.uint64(chosen[r])  # unsigned, as for linear regression
        for j in range(rows.shape[1]):
            rows[r, j] = X[i, j]


@jit
def sum_rows(rows: Array, total: Array) -> None:
    total[:] = 0
    for r in range(len(rows)):
        for j in range(len(total)):
            total[j] += rows[r, j]


@jit
def descend(param: Array, grad: Array, rate: Any) -> None:
    p, g = param.ravel(), grad.ravel()  # views of what is contiguous
    for j in range(len(p)):
        p[j] -= rate * g[j]


def forward_program(h_of: Callable[[Any], Any]) -> Callable[..., None]:
    """What the layers hand on of ``X``: ``H`` (batch, hidden) and logits ``Z`` (batch, classes)."""

    @jit
    def forward(X: Array, W1: Array, b1: Array, W2: Array, b2: Array, H: Array, Z: Array) -> None:
        np.dot(X, W1, H)
        for r in range(len(H)):
            for j in range(len(b1)):
                H[r, j] = h_of(H[r, j] + b1[j])
        np.dot(H, W2, Z)
        for r in range(len(Z)):
            for k in range(len(b2)):
                Z[r, k] += b2[k]

    return forward


@cache
def epoch_program(name: str, d: int, h: int, c: int, dtype: str) -> Callable[..., None]:
    """An epoch over ``d`` features, ``h`` hidden units and ``c`` classes, constants here."""
    t, (h_of, da_of) = types_of(dtype), UNITS[name](dtype)
    params = (t.weights, t.bias, t.weights, t.bias)
    signature = (t.matrix, t.matrix, t.indices, *params, t.number, numba.int64)
    forward = forward_program(h_of)

    @numba.njit([signature], fastmath=REORDER, error_model="numpy")
    def sgd_epoch(
        X: Array,
        Y: Array,
        order: Array,
        W1: Array,
        b1: Array,
        W2: Array,
        b2: Array,
        rate: Any,
        batch_size: int,
    ) -> None:
        rows, hidden, back, logits = (
            np.empty((batch_size, d), X.dtype),
            np.empty((batch_size, h), X.dtype),
            np.empty((batch_size, h), X.dtype),
            np.empty((batch_size, c), X.dtype),
        )
        dW1, db1, dW2, db2 = (
            np.empty((d, h), X.dtype),
            np.empty(h, X.dtype),
            np.empty((h, c), X.dtype),
            np.empty(c, X.dtype),
        )
        for first in range(0, len(order), batch_size):
            chosen = order[first : first + batch_size]
            n = len(chosen)
            x, H, dA, Z = rows[:n], hidden[:n], back[:n], logits[:n]
            gather(X, chosen, x)
            forward(x, W1, b1, W2, b2, H, Z)
            # dloss/dz = softmax(z) - Y with z = h W2 + b2, and through h = f(a), a = X W1 + b1:
            # dloss/da = dloss/dz W2^T f'(a); the gradients are X^T dloss/da and h^T dloss/dz
            for r in range(n):
                _, total = exponentials(Z[r])
                for k in range(c):
                    Z[r, k] = Z[r, k] / total - Y[np.uint64(chosen[r]), k]
            np.dot(Z, W2.T, dA)
            for r in range(n):
                for j in range(h):
                    dA[r, j] = da_of(dA[r, j], H[r, j])
            np.dot(x.T, dA, dW1)
            sum_rows(dA, db1)
            np.dot(H.T, Z, dW2)
            sum_rows(Z, db2)
            descend(W1, dW1, rate)
            descend(b1, db1, rate)
            descend(W2, dW2, rate)
            descend(b2, db2, rate)

    return sgd_epoch


@cache
def single_program(name: str, d: int, h: int, c: int, dtype: str) -> Callable[..., None]:
    """The same in minibatches of one example, each sum used where it stands."""
    t, (h_of, da_of) = types_of(dtype), UNITS[name](dtype)
    params = (t.weights, t.bias, t.weights, t.bias)
    signature = (t.matrix, t.matrix, t.indices, *params, t.number, numba.int64)

    @numba.njit([signature], fastmath=REORDER, error_model="numpy")
    def sgd_epoch(
        X: Array,
        Y: Array,
        order: Array,
        W1: Array,
        b1: Array,
        W2: Array,
        b2: Array,
        rate: Any,
        batch_size: int,
    ) -> None:
        # The weights of a unit side by side, as for softmax regression
        V1, V2 = np.empty((h, d), X.dtype), np.empty((c, h), X.dtype)
        hidden, dh, z = np.empty(h, X.dtype), np.empty(h, X.dtype), np.empty(c, X.dtype)
        V1[:], V2[:] = W1.T, W2.T
        for at in range(len(order)):
            i = np.uint64(order[at])
            for m in range(h):
                a = b1[m]
                for j in range(d):
                    a += X[i, j] * V1[m, j]
                hidden[m] = h_of(a)
            for k in range(c):
                total = b2[k]
                for m in range(h):
                    total += hidden[m] * V2[k, m]
                z[k] = total
            _, total = exponentials(z)
            dh[:] = 0
            for k in range(c):
                dz = z[k] / total - Y[i, k]
                for m in range(h):
                    dh[m] += dz * V2[k, m]  # before it is trained
                    V2[k, m] -= rate * dz * hidden[m]
                b2[k] -= rate * dz
            for m in range(h):
                da = rate * da_of(dh[m], hidden[m])
                for j in range(d):
                    V1[m, j] -= da * X[i, j]
                b1[m] -= da
        W1[:], W2[:] = V1.T, V2.T

    return sgd_epoch


@cache
def loss_program(name: str, d: int, h: int, c: int, dtype: str) -> Callable[..., float]:
    """The mean loss over all examples, compiled as the epoch is."""
    t, (h_of, _) = types_of(dtype), UNITS[name](dtype)
    signature = t.number(t.matrix, t.matrix, t.weights, t.bias, t.weights, t.bias)
    forward = forward_program(h_of)

    @numba.njit([signature], fastmath=REORDER, error_model="numpy")
    def mean_loss(X: Array, Y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Any:
        n, all_losses = len(X), X.dtype.type(0)
        hidden, logits = np.empty((BLOCK, h), X.dtype), np.empty((BLOCK, c), X.dtype)
        for first in range(0, n, BLOCK):
            x = X[first : first + BLOCK]
            H, Z, losses = hidden[: len(x)], logits[: len(x)], X.dtype.type(0)
            forward(x, W1, b1, W2, b2, H, Z)
            for r in range(len(x)):
                losses += loss_of(Z[r], Y[first + r])
            all_losses += losses
        return all_losses / n

    return mean_loss


def network(problem: Problem, dtype: str) -> Native:
    (d, h), c = problem.start[0].shape, len(problem.start[3])
    sizes = problem.objective.name, d, h, c, dtype
    epoch = single_program if problem.batch_size == 1 else epoch_program
    return native(problem, epoch(*sizes), loss_program(*sizes))


def without_blas() -> Refusal | None:
    """None where Numba finds the BLAS that it multiplies matrices by."""
    if find_spec("scipy") is not None:
        return None
    return Refusal("unavailable", "Numba multiplies matrices by SciPy's BLAS: pip install scipy")
