"""What both CasADi backends share: what they refuse, step and loss as expressions, the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import casadi
import numpy as np

from backends.base import Array, Params, Refusal, not_written, unfit
from backends.engines.numpy_host import Host, writable
from problems.problem import Problem


def linreg(w: Array, b: Array, X: Array, y: Array) -> Array:
    return casadi.sumsqr(X.T @ w + b - y) / 2


KERNELS = {"linreg": linreg}  # a summed loss; the functions below know its arguments


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where CasADi can run ``problem`` on ``device`` in ``dtype``, else why not."""
    if refused := unfit("CasADi", device, ("cpu",), dtype):
        return refused
    if dtype != "float64":
        return Refusal("unsupported", f"CasADi computes in float64 only, not in {dtype}")
    return not_written("CasADi", KERNELS, problem)


@cache
def step_function(d: int, size: int, unrolled: int) -> casadi.Function:
    """(w, b, X, y, rate) to (w, b) after one SGD update, and to the gradient (dw, db).

    With up to ``unrolled`` numbers in X every one of them becomes a scalar of the expression.
    CasADi stores by columns: a NumPy X (size, d) is a CasADi matrix (d, size) in the same memory.
    """
    w, b, rate = casadi.MX.sym("w", d), casadi.MX.sym("b"), casadi.MX.sym("rate")
    X, y = casadi.MX.sym("X", d, size), casadi.MX.sym("y", size)
    loss = linreg(w, b, X, y)
    dw, db = casadi.gradient(loss, w), casadi.gradient(loss, b)
    after = (w - rate * dw, b - rate * db)
    step = casadi.Function("step", [w, b, X, y, rate], [*after, dw, db])
    return step.expand() if d * size <= unrolled else step


@cache
def gradient_function(d: int, size: int, unrolled: int) -> casadi.Function:
    """(w, b, X, y) to the gradient (dw, db), in the form that the step has."""
    w, b = casadi.MX.sym("w", d), casadi.MX.sym("b")
    X, y = casadi.MX.sym("X", d, size), casadi.MX.sym("y", size)
    loss = linreg(w, b, X, y)
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


class Bound:
    """Parameters in memory that stays where it is, and what needs no gradient."""

    def __init__(self, problem: Problem, mean_loss: casadi.Function) -> None:
        self.memory, self.fresh = Host(), problem.start
        self.params = tuple(map(writable, problem.start))  # (d, 1), (1,)
        self.mean = np.empty(1)
        arguments = dict(enumerate((*self.params, *problem.data)))
        self.buffer, self.evaluate = bound(mean_loss, arguments, {0: self.mean})

    def start(self) -> Params:
        w, b = self.params
        w[:], b[:] = self.fresh
        return self.params

    def loss(self, params: Params) -> Array:
        self.evaluate()
        return self.mean[0]
