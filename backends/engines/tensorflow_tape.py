"""TensorFlow: ``tf.GradientTape`` inside ``tf.function``, one step compiled by XLA a call."""

from __future__ import annotations

from functools import partial

import numpy as np

from backends.base import Array, Backend, Batch, Params, epoch_of_steps
from backends.engines.tensorflow_gradient import FORMS, gradient, loss_of
from backends.engines.tensorflow_memory import Memory, compiled, facts, signature, supports, tf
from backends.engines.tensorflow_operators import operators
from problems.problem import Problem


class Short(tuple[Array, ...]):
    """A minibatch of fewer examples than the others: of its length there are programs too."""


class Tape:
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        size, n, rate = problem.batch_size, problem.spec.n_examples, problem.rate
        whole, short = divmod(problem.n_visited, size)
        self.lengths = tf.constant([size] * whole + [short] * (short > 0))
        self.memory, summed_loss = Memory(device), loss_of(problem.objective, dtype)
        first, self.data = map(self.memory.put, (problem.start, problem.data))
        with tf.device(self.memory.device):
            # The one live set of parameters, which the compiled functions hold
            self.params = variables = tuple(map(tf.Variable, first))

        def values() -> Params:
            return tuple(map(tf.convert_to_tensor, variables))

        def grads(*batch: Array) -> Params:
            return gradient(summed_loss, values(), batch)

        def sgd_step(*batch: Array) -> None:
            for variable, grad in zip(variables, grads(*batch), strict=True):
                variable.assign_sub(rate * grad)

        def mean_loss(*data: Array) -> Array:
            return summed_loss(values(), data) / n

        def restart() -> None:
            for variable, value in zip(variables, first, strict=True):
                variable.assign(value)

        # By kind of batch: a loss may ask for ``X.shape[0]``, so that every length has its trace
        lengths: dict[type[Batch], int] = {tuple: size} | ({Short: short} if short else {})
        specs = {kind: signature(self.data, length) for kind, length in lengths.items()}
        self.grads = {kind: compiled(grads, *spec) for kind, spec in specs.items()}
        self.update = {kind: compiled(sgd_step, *spec) for kind, spec in specs.items()}
        self.operators = operators(summed_loss, values, specs)
        self.last = Short if short else tuple
        self.mean_loss = compiled(mean_loss, *signature(self.data, n))
        self.restart = compiled(restart)

    @property
    def steps(self) -> Tape:
        return self

    def start(self) -> Params:
        self.restart()
        return self.params

    def batches(self, order: np.ndarray) -> list[Batch]:
        with tf.device(self.memory.device):
            chosen = tf.constant(order)
            # What tf.gather comes down to, in half its time
            parts = (tf.raw_ops.GatherV2(params=a, indices=chosen, axis=0) for a in self.data)
            cut = partial(tf.split, num_or_size_splits=self.lengths, num=len(self.lengths))
            *batches, last = zip(*map(cut, parts), strict=True)
        return [*batches, self.last(last)]

    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(self.grads[type(batch)](*batch))

    def step(self, params: Params, batch: Batch) -> Params:
        self.update[type(batch)](*batch)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        (mean,) = self.mean_loss(*self.data)
        return mean


tensorflow_tape = Backend(
    *("tensorflow", "tensorflow", "autodiff", "compiled step"), supports, Tape, facts, FORMS
)
