"""NumPy with the gradient written by hand: what the lesson costs without autograd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from backends.base import DTYPES, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.engines.numpy_host import Host
from backends.problem import Problem, aligned


class NumpyManual:
    name = "numpy"
    framework = "numpy"
    differentiation = "hand-written"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cpu":
            return Refusal("unsupported", f"NumPy computes on the cpu only, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return NumpyPrepared(problem, dtype)

    def facts(self, device: str) -> Mapping[str, str | int]:
        return {"version": np.__version__}


class NumpyPrepared:
    def __init__(self, problem: Problem, dtype: str) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        host = Host(problem)
        self.start, self.put, self.loss = host.start, host.put, host.loss
        self.wait, self.fetch = host.wait, host.fetch
        self.batch_size = problem.spec.batch_size
        # An array of no dimensions: a Python float would be converted anew in every product
        self.rate = np.asarray(problem.spec.lr / problem.spec.batch_size, dtype)
        # Every epoch is gathered into the same memory, so that none waits for fresh pages
        n = problem.n_visited
        self.gathered = aligned(self.X[:n], dtype), aligned(self.y[:n], dtype)
        for array in self.gathered:
            array.setflags(write=True)

    @property
    def stepwise(self) -> NumpyPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        n, size = len(order), self.batch_size
        # Without a mode NumPy would gather into a buffer of its own, then copy it to ``out``
        X = np.take(self.X, order, axis=0, out=self.gathered[0][:n], mode="clip")
        y = np.take(self.y, order, out=self.gathered[1][:n], mode="clip")
        whole = n - n % size
        # Walking along the first axis cuts off a batch a step, in C
        stacked = X[:whole].reshape(-1, size, X.shape[1])  # (n_whole, batch, d)
        yield from zip(stacked, y[:whole].reshape(-1, size), strict=True)
        if whole < n:
            yield X[whole:], y[whole:]

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r;
        # on arrays this small ``dot`` returns sooner than ``@``, and ``add.reduce`` than ``sum``
        residual = X.dot(w)  # (batch, 1)
        residual += b
        residual -= y[:, None]
        return X.T.dot(residual), np.add.reduce(residual)

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        w -= self.rate * dw
        b -= self.rate * db
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
