"""Numba with the gradient written by hand, a whole epoch in one native call: the limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numba
import numpy as np
from numba.core import event

from backends.base import DTYPES, Array, Params, Prepared, Refusal
from backends.problem import Problem

# Sums in any order, and a product fused with its sum; NaN and infinity stay what they are
REORDER = {"reassoc", "contract", "nsz"}

BLOCK = 1000  # examples whose losses are summed first: of a million in one sum float32 loses digits

# Numba leaves its events without annotations
compiling = event.TimingListener()  # type: ignore[no-untyped-call]
event.register("numba:compile", compiling)  # type: ignore[no-untyped-call]


class NumbaManual:
    name = "numba"
    framework = "numba"
    differentiation = "hand-written"
    execution = "compiled epoch"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cpu":
            return Refusal("unsupported", f"this backend runs Numba on the cpu, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return NumbaPrepared(problem, dtype)

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        seconds = compiling.duration if compiling.done else 0.0
        return {"version": numba.__version__, "compile_seconds": seconds}


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


class NumbaPrepared:
    stepwise = None  # a step alone would be little but the call

    def __init__(self, problem: Problem, dtype: str) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        self.w_start, self.b_start = problem.w_start, problem.b_start
        self.batch_size = problem.spec.batch_size
        self.number = np.dtype(dtype).type
        self.rate = self.number(problem.spec.lr / problem.spec.batch_size)
        self.run = epoch_program(problem.spec.n_features, dtype)
        self.mean_loss = loss_program(problem.spec.n_features, dtype)

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    def start(self) -> Params:
        return self.w_start.copy(), self.b_start.copy()

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        w, b = params
        self.run(self.X, self.y, order, w, b, self.rate, self.batch_size)
        return params

    def loss(self, params: Params) -> Array:
        return self.number(self.mean_loss(self.X, self.y, *params))  # from a Python float

    def wait(self, value: Any) -> None:
        """The call returns only when the work is done."""

    def fetch(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
