"""What both CasADi backends share: what they refuse, step and loss as expressions, the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import casadi
import numpy as np

from backends.base import Array, Params, Refusal
from backends.problem import Problem, aligned


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where CasADi can run on ``device`` in ``dtype``, else why not."""
    if device != "cpu":
        return Refusal("unsupported", f"CasADi computes on the cpu only, not on {device}")
    if dtype != "float64":
        return Refusal("unsupported", f"CasADi computes in float64 only, not in {dtype}")
    return None


def summed_loss(w: Array, b: Array, X: Array, y: Array) -> Array:
    return casadi.sumsqr(X.T @ w + b - y) / 2


@cache
def step_function(d: int, size: int, unrolled: int) -> casadi.Function:
    """(w, b, X, y, rate) to (w, b) after one SGD update, and to the gradient (dw, db).

    With up to ``unrolled`` numbers in X every one of them becomes a scalar of the expression.
    CasADi stores by columns: a NumPy X (size, d) is a CasADi matrix (d, size) in the same memory.
    """
    w, b, rate = casadi.MX.sym("w", d), casadi.MX.sym("b"), casadi.MX.sym("rate")
    X, y = casadi.MX.sym("X", d, size), casadi.MX.sym("y", size)
    loss = summed_loss(w, b, X, y)
    dw, db = casadi.gradient(loss, w), casadi.gradient(loss, b)
    after = (w - rate * dw, b - rate * db)
    step = casadi.Function("step", [w, b, X, y, rate], [*after, dw, db])
    return step.expand() if d * size <= unrolled else step


@cache
def gradient_function(d: int, size: int, unrolled: int) -> casadi.Function:
    """(w, b, X, y) to the gradient (dw, db), in the form that the step has."""
    w, b = casadi.MX.sym("w", d), casadi.MX.sym("b")
    X, y = casadi.MX.sym("X", d, size), casadi.MX.sym("y", size)
    loss = summed_loss(w, b, X, y)
    grads = [casadi.gradient(loss, w), casadi.gradient(loss, b)]
    gradient = casadi.Function("gradient", [w, b, X, y], grads)
    return gradient.expand() if d * size <= unrolled else gradient


@cache
def loss_function(n: int, d: int) -> casadi.Function:
    """(w, b, X, y) to the mean loss over all n examples."""
    w, b = casadi.MX.sym("w", d), casadi.MX.sym("b")
    X, y = casadi.MX.sym("X", d, n), casadi.MX.sym("y", n)
    # By rows: X.T of all the data would be a copy of it
    residual = w.T @ X + b - y.T  # (1, n)
    return casadi.Function("mean_loss", [w, b, X, y], [casadi.sumsqr(residual) / (2 * n)])


def bound(
    function: casadi.Function, arguments: dict[int, np.ndarray], results: dict[int, np.ndarray]
) -> tuple[Any, Callable[[], None]]:
    """The buffer of ``function`` over the memory of these arrays, and the call that evaluates."""
    # Any: the stubs ask for a size that the memory brings along
    buffer: Any
    buffer, evaluate = function.buffer()
    for i, array in arguments.items():
        buffer.set_arg(i, array.data)
    for i, array in results.items():
        buffer.set_res(i, array.data)
    return buffer, evaluate


class Host:
    """Parameters in memory that stays where it is, and what needs no gradient."""

    def __init__(self, problem: Problem, mean_loss: casadi.Function) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        self.fresh = problem.w_start, problem.b_start
        self.params = writable(problem.w_start), writable(problem.b_start)  # (d, 1), (1,)
        self.mean, (w, b) = np.empty(1), self.params
        arguments = {0: w, 1: b, 2: self.X, 3: self.y}
        self.buffer, self.evaluate = bound(mean_loss, arguments, {0: self.mean})

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    def start(self) -> Params:
        w, b = self.params
        w[:], b[:] = self.fresh
        return self.params

    def loss(self, params: Params) -> Array:
        self.evaluate()
        return self.mean[0]

    def wait(self, value: Any) -> None:
        """CasADi returns only when the work is done."""

    def fetch(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)


def writable(array: np.ndarray) -> np.ndarray:
    """An aligned copy in float64, to be written to."""
    copy = aligned(array, "float64")
    copy.setflags(write=True)
    return copy
