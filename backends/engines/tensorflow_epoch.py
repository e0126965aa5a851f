"""TensorFlow: a whole epoch in one program compiled by XLA, by ``tf.while_loop``."""

from __future__ import annotations

import numpy as np

from backends.base import Array, Backend, Params
from backends.engines.tensorflow_gradient import FORMS, gradient, loss_of, sgd
from backends.engines.tensorflow_memory import Memory, compiled, facts, signature, supports, tf
from problems.problem import Problem


class Epoch:
    steps = None  # the epoch is one program

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        size, n, n_visited = problem.batch_size, problem.spec.n_examples, problem.n_visited
        n_whole, rate = n_visited // size, problem.rate
        self.memory, summed_loss = Memory(device), loss_of(problem.objective, dtype)
        self.first, data = map(self.memory.put, (problem.start, problem.data))

        def sgd_step(params: Params, chosen: Array) -> Params:
            batch = tuple(tf.gather(array, chosen) for array in data)
            return sgd(params, gradient(summed_loss, params, batch), rate)

        def epoch(order: Array, *params: Array) -> Params:
            rows = tf.reshape(order[: n_whole * size], (n_whole, size))
            _, params = tf.while_loop(
                lambda i, params: i < n_whole,
                lambda i, params: (i + 1, sgd_step(params, tf.gather(rows, i))),
                (0, params),
            )
            return sgd_step(params, order[n_whole * size :]) if n_visited % size else params

        def mean_loss(*params: Array) -> Array:
            return summed_loss(params, data) / n

        params = signature(self.first)
        self.run = compiled(epoch, tf.TensorSpec((n_visited,), tf.int64), *params)
        self.mean_loss = compiled(mean_loss, *params)

    def start(self) -> Params:
        return self.first  # nobody can change a tensor

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return tuple(self.run(*self.memory.put((order,)), *params))

    def loss(self, params: Params) -> Array:
        (mean,) = self.mean_loss(*params)
        return mean


tensorflow_epoch = Backend(
    *("tensorflow-epoch", "tensorflow", "autodiff", "compiled epoch"),
    *(supports, Epoch, facts, FORMS),
)
