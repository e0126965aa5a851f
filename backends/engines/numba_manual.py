"""Numba with the gradient written by hand, a whole epoch in one native call: the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numba
import numpy as np
from numba.core import event

from backends.base import Array, Backend, Params, Refusal, not_written, unfit
from backends.engines.numba_mlp import UNITS, network, without_blas
from backends.engines.numba_native import BLOCK, REORDER, Native, types_of
from backends.engines.numba_softmax import softmax
from problems.problem import Problem

# Numba leaves its events without annotations
compiling = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", compiling)  # type: ignore[no-untyped-call]


@cache
def epoch_program(d: int, dtype: str) -> Callable[..., None]:
    """An epoch over ``d`` features: a constant, so that loops over few features are unrolled.

    Compiled here, by its signature; cached, so that no problem waits for it a second time.
    """
    t = types_of(dtype)
    signature = (t.matrix, t.vector, t.indices, t.weights, t.bias, t.number, numba.int64)

    @numba.njit([signature], fastmath=REORDER)
    def sgd_epoch(
        X: Array, y: Array, order: Array, w: Array, b: Array, rate: Any, batch_size: int
    ) -> None:
        n, bias = len(order), b[0]
        dw = np.empty(d, X.dtype)
        for first in range(0, n, batch_size):
            # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
            dw[:] = 0
            db = X.dtype.type(0)
            for k in range(first, min(first + batch_size, n)):
                i = np.uint64(order[k])  # unsigned: else every look-up asks for a negative index
                residual = bias - y[i]
                for j in range(d):
                    residual += X[i, j] * w[j, 0]
                for j in range(d):
                    dw[j] += residual * X[i, j]
                db += residual
            for j in range(d):
                w[j, 0] -= rate * dw[j]
            bias -= rate * db
        b[0] = bias

    return sgd_epoch


@cache
def loss_program(d: int, dtype: str) -> Callable[..., float]:
    """The mean loss over all examples, compiled as the epoch is."""
    t = types_of(dtype)

    @numba.njit([t.number(t.matrix, t.vector, t.weights, t.bias)], fastmath=REORDER)
    def mean_loss(X: Array, y: Array, w: Array, b: Array) -> Any:
        n, total = len(y), X.dtype.type(0)
        for first in range(0, n, BLOCK):
            squares = X.dtype.type(0)
            for i in range(first, min(first + BLOCK, n)):
                residual = b[0] - y[i]
                for j in range(d):
                    residual += X[i, j] * w[j, 0]
                squares += residual * residual
            total += squares
        return total / (2 * n)

    return mean_loss


def linreg(problem: Problem, dtype: str) -> Native:
    # Arrays by name: unpacking them in every call costs a tenth of an epoch
    (X, y), (w_start, b_start), size = problem.data, problem.start, problem.batch_size
    number = np.dtype(dtype).type
    run, mean_loss = epoch_program(X.shape[1], dtype), loss_program(X.shape[1], dtype)
    rate = number(problem.rate)

    def start() -> Params:
        return w_start.copy(), b_start.copy()

    def epoch(params: Params, order: np.ndarray) -> Params:
        w, b = params
        run(X, y, order, w, b, rate, size)
        return params

    def loss(params: Params) -> Array:
        return number(mean_loss(X, y, *params))  # from a Python float

    return Native(start, epoch, loss)


KERNELS: dict[str, Callable[[Problem, str], Native]] = {
    "linreg": linreg,
    "softmax": softmax,
    **dict.fromkeys(UNITS, network),
}


def prepare(problem: Problem, device: str, dtype: str) -> Native:
    return KERNELS[problem.objective.name](problem, dtype)


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    refusal = unfit("numba", device, ("cpu",), dtype) or not_written("numba", KERNELS, problem)
    return refusal or (without_blas() if problem.objective.name in UNITS else None)


def facts(device: str) -> Mapping[str, str | int | float]:
    seconds = compiling.duration if compiling.done else 0.0
    return {"version": numba.__version__, "compile_seconds": seconds}


numba_manual = Backend(
    "numba", "numba", "hand-written", "compiled epoch", supports, prepare, facts, KERNELS
)
