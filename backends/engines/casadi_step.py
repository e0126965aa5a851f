"""CasADi: the symbolic gradient, evaluated by its virtual machine, a step a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import casadi
import numpy as np

from backends.base import Backend, Batch, Params, epoch_of_steps
from backends.engines.casadi_operators import operators
from backends.engines.casadi_symbols import (
    FORMS,
    Bound,
    bound,
    gradient_function,
    loss_function,
    mean_of,
    signature,
    step_of,
    supports,
    unrolled,
)
from backends.engines.numpy_host import Batches
from problems.problem import Problem

UNROLLED = 8  # instructions of scalars that the virtual machine has done as soon as one of matrices


class Step(Bound):
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        of, size = signature(problem), problem.batch_size
        n = problem.spec.n_examples
        super().__init__(problem, mean_of(loss_function(of, n), n))
        self.batches, self.grads = Batches(problem), tuple(map(np.empty_like, self.params))
        self.updates, self.gradients = {}, {}
        self.operators = operators(of, self.params)
        for m in {size, problem.n_visited % size} - {0}:
            # In place: what is read of a parameter is read before the parameter is written
            gradient = gradient_function(of, m)
            self.updates[m] = self.evaluation(step_of(gradient), m, self.params)
            self.gradients[m] = self.evaluation(gradient, m, self.grads)

    def evaluation(
        self, function: casadi.Function, m: int, results: Params
    ) -> Callable[[Batch], None]:
        """``function`` of batches of ``m``, over memory that stays but for the batch's own.

        Integers are copied: CasADi knows none.
        """
        function = unrolled(function, UNROLLED * function.n_instructions())
        n, numbers, copies = len(self.params), [], []
        arguments = dict(enumerate(self.params)) | {n + len(self.data): self.rate}
        for k, array in enumerate(self.batches.data):
            if array.dtype.kind == "f":
                numbers.append((n + k, k))
            else:
                arguments[n + k] = np.empty((m, *array.shape[1:]))
                copies.append((arguments[n + k], k))
        buffer, evaluate = bound(function, arguments, dict(enumerate(results)))

        def evaluated(batch: Batch) -> None:
            for place, k in numbers:
                buffer.set_arg(place, batch[k].data)
            for copy, k in copies:
                copy[...] = batch[k]
            evaluate()

        return evaluated

    @property
    def steps(self) -> Step:
        return self

    # The one live set of parameters is the memory that the evaluations are bound to

    def gradient(self, params: Params, batch: Batch) -> Params:
        self.gradients[len(batch[0])](batch)
        return self.grads

    def step(self, params: Params, batch: Batch) -> Params:
        self.updates[len(batch[0])](batch)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)


def facts(device: str) -> Mapping[str, str]:
    return {"version": casadi.CasadiMeta.version()}


casadi_step = Backend("casadi", "casadi", "autodiff", "compiled step", supports, Step, facts, FORMS)
