"""``mx.compile`` over many steps: a call of the compiled function is a run of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import mlx.core as mx
import numpy as np

from backends.base import Array, Backend, Batch, Params
from backends.engines import mlx_memory
from backends.engines.mlx_grad import loss_of, mean_loss, sgd
from backends.engines.mlx_memory import Memory, gathered, minibatches, supports_compiled
from problems.objective import Objective
from problems.problem import Problem

# Unrolled, so that the time of a cold compile grows with them: more would save calls, and pay
# for them in that time
STEPS_A_CALL = 25

Steps = Callable[[Params, Batch, int, float], Params]  # of examples in order, size and rate


def facts(device: str) -> Mapping[str, str | int]:
    return {**mlx_memory.facts(device), "steps_a_call": STEPS_A_CALL}


def half_squares(p: Array, batch: Batch) -> Array:
    A, y = batch
    residual = A @ p - y  # (batch, 1)
    return mx.square(residual).sum() / 2


def steps_of_linreg(params: Params, examples: Batch, size: int, rate: float) -> Params:
    (w, b), (X, y) = params, examples
    # X w + b = [X 1] [w b]: what MLX takes is a price an operation, and of these there are fewer
    p = mx.concatenate([w, b[:, None]])  # (d + 1, 1)
    A = mx.concatenate([X, mx.ones_like(X[:, :1])], axis=1)  # (n, d + 1)
    grad = mx.grad(half_squares)
    for batch in minibatches((A, y[:, None]), size):
        p = p - rate * grad(p, batch)
    return p[:-1], p[-1]


FORMS: dict[str, Steps] = {"linreg": steps_of_linreg}


def steps_as_written(objective: Objective) -> Steps:
    """A step for each minibatch of a run, by the loss as it is written."""
    grads = mx.grad(loss_of(objective))

    def sgd_steps(params: Params, examples: Batch, size: int, rate: float) -> Params:
        for batch in minibatches(examples, size):
            params = sgd(params, grads(params, batch), rate)
        return params

    return sgd_steps


class CompiledEpoch:
    steps = None

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        mx.set_default_device(mx.cpu if device == "cpu" else mx.gpu)
        objective, size, rate = problem.objective, problem.batch_size, problem.rate
        self.memory, self.n_a_call = Memory(), STEPS_A_CALL * size
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        sgd_steps = FORMS.get(objective.name) or steps_as_written(objective)

        def run(params: Params, data: Batch, chosen: Array) -> Params:
            return sgd_steps(params, gathered(data, chosen), size, rate)

        self.run, self.mean_loss = mx.compile(run), mx.compile(mean_loss(objective))

    def start(self) -> Params:
        return self.first  # nothing changes an array of MLX in place

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for first in range(0, len(order), self.n_a_call):
            chosen = mx.array(order[first : first + self.n_a_call].astype(np.uint32))
            params = self.run(params, self.data, chosen)
            mx.eval(params)  # bounds the memory of a long epoch
        return params

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)


mlx_compile_epoch = Backend(
    *("mlx-compile-epoch", "mlx", "autodiff", "compiled epoch"),
    *(supports_compiled, CompiledEpoch, facts, FORMS),
)
