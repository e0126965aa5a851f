"""Any objective in TensorFlow: its summed loss, its gradient by ``tf.GradientTape``, the update."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from backends.base import Array, Batch, Params
from backends.engines.tensorflow_memory import tf
from backends.engines.tensorflow_xp import namespace
from problems.objective import Objective

Loss = Callable[[Params, Batch], Array]


def linreg(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return tf.reduce_sum(residual**2) / 2


FORMS: dict[str, Loss] = {"linreg": linreg}  # summed losses


def loss_of(objective: Objective, dtype: str) -> Loss:
    """The objective's own form, or its loss as it is written, to be traced in ``dtype``."""
    xp = namespace(dtype)
    return FORMS.get(objective.name) or partial(objective.loss, xp)


def gradient(summed_loss: Loss, params: Params, batch: Batch) -> Params:
    """d(summed loss)/d(params): zeros for those that it does not depend on."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(params)
        loss = summed_loss(params, batch)
    grads = tape.gradient(loss, params, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    # Of a parameter that ``take`` was used on it is a list of rows, in which one may stand twice
    return tuple(map(tf.convert_to_tensor, grads))


def sgd(params: Params, grads: Params, rate: float) -> Params:
    """The parameters a step of ``rate`` = lr / batch_size downhill."""
    return tuple(param - rate * grad for param, grad in zip(params, grads, strict=True))
