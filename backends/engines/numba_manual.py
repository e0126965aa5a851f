"""Numba with the gradient written by hand, a whole epoch in one native call: the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba.core import event

from backends.base import Array, Backend, Params, Refusal, not_written, unfit
from backends.engines.numpy_host import Host
from problems.problem import Problem

# Sums in any order, and a product fused with its sum; NaN and infinity stay what they are
REORDER = {"reassoc", "contract", "nsz"}

BLOCK = 1000  # examples whose losses are summed first: of a million in one sum float32 loses digits

# Numba leaves its events without annotations
compiling = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", compiling)  # type: ignore[no-untyped-call]


@cache
def epoch_program(d: int, dtype: str) -> Callable[..., None]:
    """An epoch over ``d`` features: a constant, so that loops over few features are unrolled.

    Compiled here, by its signature; cached, so that no problem waits for it a second time.
    """
    number = numba.from_dtype(np.dtype(dtype))
    matrix, vector = (numba.types.Array(number, ndim, "C", readonly=True) for ndim in (2, 1))
    indices = numba.types.Array(numba.int64, 1, "C", readonly=True)
    signature = (matrix, vector, indices, number[:, ::1], number[::1], number, numba.int64)

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
    number = numba.from_dtype(np.dtype(dtype))
    matrix, vector = (numba.types.Array(number, ndim, "C", readonly=True) for ndim in (2, 1))

    @numba.njit([number(matrix, vector, number[:, ::1], number[::1])], fastmath=REORDER)
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


class Native(NamedTuple):
    """A Program of native calls, its arrays taken by name: unpacking costs a tenth of an epoch."""

    start: Callable[[], Params]
    epoch: Callable[[Params, np.ndarray], Params]
    loss: Callable[[Params], Array]
    memory: Host = Host()
    steps: None = None  # a step alone would be little but the call


def linreg(problem: Problem, dtype: str) -> Native:
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


KERNELS: dict[str, Callable[[Problem, str], Native]] = {"linreg": linreg}


def prepare(problem: Problem, device: str, dtype: str) -> Native:
    return KERNELS[problem.objective.name](problem, dtype)


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return unfit("numba", device, ("cpu",), dtype) or not_written("numba", KERNELS, problem)


def facts(device: str) -> Mapping[str, str | int | float]:
    seconds = compiling.duration if compiling.done else 0.0
    return {"version": numba.__version__, "compile_seconds": seconds}


numba_manual = Backend("numba", "numba", "hand-written", "compiled epoch", supports, prepare, facts)
