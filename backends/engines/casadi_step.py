"""CasADi: the symbolic gradient, evaluated by its virtual machine, a step a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import casadi
import numpy as np

from backends.base import Batch, Params, Prepared, epoch_of_steps
from backends.engines.casadi_symbols import (
    Host,
    bound,
    gradient_function,
    loss_function,
    step_function,
    supports,
    writable,
)
from backends.problem import Problem

UNROLLED = 40  # above, the virtual machine is sooner done with matrices than with scalars


class CasadiStep:
    name = "casadi"
    framework = "casadi"
    differentiation = "autodiff"
    execution = "compiled step"
    supports = staticmethod(supports)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return CasadiPrepared(problem)

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        return {"version": casadi.CasadiMeta.version()}


class Evaluation:
    """A function of one size of batch, over memory that is the same in every call but X and y."""

    def __init__(
        self,
        function: casadi.Function,
        arguments: dict[int, np.ndarray],
        results: dict[int, np.ndarray],
    ) -> None:
        self.buffer, self.evaluate = bound(function, arguments, results)

    def __call__(self, X: np.ndarray, y: np.ndarray) -> None:
        self.buffer.set_arg(2, X.data)
        self.buffer.set_arg(3, y.data)
        self.evaluate()


class CasadiPrepared:
    def __init__(self, problem: Problem) -> None:
        spec = problem.spec
        d, size = spec.n_features, spec.batch_size
        host = self.host = Host(problem, loss_function(spec.n_examples, d))
        self.start, self.put, self.loss, self.wait, self.fetch = (
            host.start,
            host.put,
            host.loss,
            host.wait,
            host.fetch,
        )
        self.batch_size, self.gathered = (
            size,
            tuple(writable(array[: problem.n_visited]) for array in (host.X, host.y)),
        )
        self.grads = tuple(np.empty_like(param) for param in host.params)
        self.rate = np.array([spec.lr / size])
        self.steps, self.gradients = {}, {}
        (w, b), (dw, db) = host.params, self.grads
        for m in {size, problem.n_visited % size} - {0}:
            step, gradient = (f(d, m, UNROLLED) for f in (step_function, gradient_function))
            # In place: the residual takes all of (w, b), so they are read before they are written
            self.steps[m] = Evaluation(step, {0: w, 1: b, 4: self.rate}, {0: w, 1: b})
            self.gradients[m] = Evaluation(gradient, {0: w, 1: b}, {0: dw, 1: db})

    @property
    def stepwise(self) -> CasadiPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        X, y = self.gathered
        # Without a mode NumPy would gather into a buffer of its own, then copy it to ``out``
        np.take(self.host.X, order, axis=0, out=X, mode="clip")
        np.take(self.host.y, order, out=y, mode="clip")
        for first in range(0, len(order), self.batch_size):
            last = first + self.batch_size
            yield X[first:last], y[first:last]

    # The one live set of parameters is the memory that the evaluations are bound to

    def gradient(self, params: Params, batch: Batch) -> Params:
        X, y = batch
        self.gradients[len(y)](X, y)
        return self.grads

    def step(self, params: Params, batch: Batch) -> Params:
        X, y = batch
        self.steps[len(y)](X, y)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
