"""MLX: ``mx.grad`` of any objective, op by op and with the step under ``mx.compile``.

MLX is lazy: a call adds to a graph, and ``mx.eval`` runs what the graph holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import mlx.core as mx
import numpy as np

from backends.base import Array, Backend, Batch, Params, epoch_of_steps
from backends.engines.mlx_memory import (
    Memory,
    facts,
    gathered,
    minibatches,
    supports,
    supports_compiled,
)
from backends.engines.mlx_operators import operators
from backends.engines.mlx_xp import xp
from backends.operators import ALONG
from problems.objective import Objective
from problems.problem import Problem

STEPS_A_GRAPH = 50  # bounds the memory of a long epoch; measured: longer graphs gain nothing

Loss = Callable[[Params, Batch], Array]


def linreg(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    # ``mx.addmm`` would join less: ``mx.compile`` fuses what works on single elements
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return (mx.square(residual) / 2).sum()


FORMS: dict[str, Loss] = {"linreg": linreg}  # summed losses


def loss_of(objective: Objective) -> Loss:
    """The objective's own form, or its loss as it is written."""
    return FORMS.get(objective.name) or partial(objective.loss, xp)


def mean_loss(objective: Objective) -> Loss:
    summed_loss = loss_of(objective)
    return lambda params, data: summed_loss(params, data) / len(data[0])


def sgd(params: Params, grads: Params, rate: float) -> Params:
    """The parameters a step of ``rate`` = lr / batch_size downhill."""
    return tuple(param - rate * grad for param, grad in zip(params, grads, strict=True))


class Graphs:
    def __init__(
        self,
        compiled: Callable[[Callable[..., Any]], Any],
        problem: Problem,
        device: str,
        dtype: str,
    ) -> None:
        mx.set_default_device(mx.cpu if device == "cpu" else mx.gpu)
        self.memory, self.size, self.n_steps = Memory(), problem.batch_size, 0
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        summed_loss, rate = loss_of(problem.objective), problem.rate
        grads = mx.grad(summed_loss)

        def sgd_step(params: Params, batch: Batch) -> Params:
            return sgd(params, grads(params, batch), rate)

        self.gradient, self.update = compiled(grads), compiled(sgd_step)
        self.mean_loss = compiled(mean_loss(problem.objective))
        found = operators(summed_loss, compiled)
        # Compiled, those that map would spend half a minute with the compiler
        self.operators = found if compiled is op_by_op else {name: found[name] for name in ALONG}

    @property
    def steps(self) -> Graphs:
        return self

    def start(self) -> Params:
        self.n_steps = 0
        return tuple(map(mx.array, self.first))

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return minibatches(gathered(self.data, mx.array(order.astype(np.uint32))), self.size)

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = self.update(params, batch)
        self.n_steps += 1
        if self.n_steps % STEPS_A_GRAPH == 0:
            mx.eval(after)
        return after

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)


def op_by_op(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


mlx_eager = Backend(
    *("mlx", "mlx", "autodiff", "eager"), supports, partial(Graphs, op_by_op), facts, FORMS
)
mlx_compile = Backend(
    *("mlx-compile", "mlx", "autodiff", "compiled step"),
    *(supports_compiled, partial(Graphs, mx.compile), facts, FORMS),
)
