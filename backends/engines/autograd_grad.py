"""HIPS autograd: reverse mode over NumPy, the loss traced anew in every call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version

import numpy as np
from autograd import make_vjp  # type: ignore[import-untyped]  # no annotations

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.engines.numpy_host import Host
from backends.problem import Problem, aligned


class AutogradGrad:
    name = "autograd"
    framework = "autograd"
    differentiation = "autodiff"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cpu":
            return Refusal("unsupported", f"autograd computes on the cpu only, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return AutogradPrepared(problem, dtype)

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        return {"version": version("autograd")}


def twice_summed_loss(weights: Array, X: Array, y: Array) -> Array:
    residual = X @ weights - y  # (batch,)
    return residual @ residual


# At (weights, X, y): the vector-Jacobian product, and the value
vjp_of_loss = make_vjp(twice_summed_loss)


class AutogradPrepared:
    def __init__(self, problem: Problem, dtype: str) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        host = Host(problem)
        self.start, self.put, self.loss = host.start, host.put, host.loss
        self.wait, self.fetch = host.wait, host.fetch
        self.batch_size = problem.spec.batch_size
        # Arrays of no dimensions: a Python float would be converted anew in every product
        self.rate = np.asarray(problem.spec.lr / problem.spec.batch_size, dtype)
        self.half = np.asarray(0.5, dtype)
        self.ones = np.ones((problem.spec.batch_size, 1), dtype)
        # Every epoch is gathered into the same memory, so that none waits for fresh pages
        n = problem.n_visited
        self.gathered = aligned(self.X[:n], dtype), aligned(self.y[:n], dtype)
        for array in self.gathered:
            array.setflags(write=True)

    @property
    def stepwise(self) -> AutogradPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        X, y = self.gathered
        # Without a mode NumPy would gather into a buffer of its own, then copy it to ``out``
        np.take(self.X, order, axis=0, out=X, mode="clip")
        np.take(self.y, order, out=y, mode="clip")
        for first in range(0, len(order), self.batch_size):
            last = first + self.batch_size
            yield X[first:last], y[first:last]

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        # An operation traced costs far more than its arithmetic, so few are: the bias is the
        # weight of a feature that is 1, and the loss's 1/2 is what the product starts from
        weights = np.concatenate((w[:, 0], b))  # (d + 1,)
        with_one = np.concatenate((X, self.ones[: len(y)]), axis=1)  # (batch, d + 1)
        vjp, _ = vjp_of_loss(weights, with_one, y)
        grads = vjp(self.half)
        return grads[:-1, None], grads[-1:]

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        w -= self.rate * dw
        b -= self.rate * db
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
