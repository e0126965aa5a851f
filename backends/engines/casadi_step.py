"""CasADi: the symbolic gradient, evaluated by its virtual machine, a step a call."""

from __future__ import annotations

from collections.abc import Mapping

import casadi
import numpy as np

from backends.base import Backend, Batch, Params, epoch_of_steps
from backends.engines.casadi_symbols import (
    Bound,
    bound,
    gradient_function,
    loss_function,
    step_function,
    supports,
)
from backends.engines.numpy_host import Batches
from problems.problem import Problem

UNROLLED = 40  # above, the virtual machine is sooner done with matrices than with scalars


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


class Step(Bound):
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        n, d = problem.data[0].shape
        super().__init__(problem, loss_function(n, d))
        size, self.batches = problem.batch_size, Batches(problem)
        self.grads = tuple(map(np.empty_like, self.params))
        self.rate = np.array([problem.rate])
        self.updates, self.gradients = {}, {}
        (w, b), (dw, db) = self.params, self.grads
        for m in {size, problem.n_visited % size} - {0}:
            step, gradient = (f(d, m, UNROLLED) for f in (step_function, gradient_function))
            # In place: the residual takes all of (w, b), so they are read before they are written
            self.updates[m] = Evaluation(step, {0: w, 1: b, 4: self.rate}, {0: w, 1: b})
            self.gradients[m] = Evaluation(gradient, {0: w, 1: b}, {0: dw, 1: db})

    @property
    def steps(self) -> Step:
        return self

    # The one live set of parameters is the memory that the evaluations are bound to

    def gradient(self, params: Params, batch: Batch) -> Params:
        X, y = batch
        self.gradients[len(y)](X, y)
        return self.grads

    def step(self, params: Params, batch: Batch) -> Params:
        X, y = batch
        self.updates[len(y)](X, y)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)


def facts(device: str) -> Mapping[str, str]:
    return {"version": casadi.CasadiMeta.version()}


casadi_step = Backend("casadi", "casadi", "autodiff", "compiled step", supports, Step, facts)
