"""Derivatives besides the gradient in TensorFlow, each compiled by XLA when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from backends.base import Array, Batch, Params
from backends.engines.tensorflow_gradient import Loss, gradient
from backends.engines.tensorflow_memory import compiled, signature, tf
from backends.operators import (
    ALONG,
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE_OVER_REVERSE,
    REVERSE_VECTORIZED,
    Function,
    Operator,
)

ZERO = tf.UnconnectedGradients.ZERO


def jvp(loss: Loss, params: Params, batch: Batch, direction: Params) -> Array:
    with tf.autodiff.ForwardAccumulator(params, direction) as forward:
        value = loss(params, batch)
    return forward.jvp(value, unconnected_gradients=ZERO)


def hvp(loss: Loss, params: Params, batch: Batch, direction: Params) -> Params:
    with tf.autodiff.ForwardAccumulator(params, direction) as forward:
        grads = gradient(loss, params, batch)
    # Of a parameter that ``take`` was used on it is a list of rows, as gradients are
    return tuple(map(tf.convert_to_tensor, forward.jvp(grads, unconnected_gradients=ZERO)))


def hessian(loss: Loss, params: Params, batch: Batch) -> Array:
    flat = tf.concat([tf.reshape(param, [-1]) for param in params], 0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(flat)
        (slope,) = gradient(lambda p, batch: loss(like(params, p[0]), batch), (flat,), batch)
    return tape.jacobian(slope, flat, unconnected_gradients=ZERO)


def per_example(loss: Loss, params: Params, batch: Batch) -> Params:
    def of_one(example: Batch) -> Params:  # an example is a batch of one
        return gradient(loss, params, tuple(array[None] for array in example))

    return tuple(tf.vectorized_map(of_one, tuple(batch)))


def like(params: Params, flat: Array) -> Params:
    """``flat`` as tensors shaped like ``params``."""
    parts = tf.split(flat, [param.shape.num_elements() for param in params])
    return tuple(tf.reshape(part, p.shape) for part, p in zip(parts, params, strict=True))


FUNCTIONS: dict[str, tuple[Function, str]] = {
    "jvp": (jvp, FORWARD),
    "hvp": (hvp, FORWARD_OVER_REVERSE),
    "hessian": (hessian, REVERSE_OVER_REVERSE),
    "per_example": (per_example, REVERSE_VECTORIZED),
}


def operators(
    loss: Loss, values: Callable[[], Params], specs: Mapping[type[Batch], list[tf.TensorSpec]]
) -> dict[str, Operator]:
    """The operators of ``loss`` at what ``values`` gives, for the kinds of batches in ``specs``."""
    return {
        name: Operator(compiled_late(name, partial(function, loss), values, specs), composition)
        for name, (function, composition) in FUNCTIONS.items()
    }


def compiled_late(
    name: str,
    function: Function,
    values: Callable[[], Params],
    specs: Mapping[type[Batch], list[tf.TensorSpec]],
) -> Function:
    """``function`` compiled by XLA when the first batch of a kind comes."""

    @cache
    def program(kind: type) -> Callable[..., Any]:
        params, n = values(), len(specs[kind])

        def of_tensors(*tensors: Array) -> Any:
            along = (tensors[n:],) if name in ALONG else ()
            return function(values(), tensors[:n], *along)

        return compiled(of_tensors, *specs[kind], *(signature(params) if name in ALONG else ()))

    def called(params: Params, batch: Batch, direction: Params = ()) -> Any:
        kind: Any = type(batch)
        found = program(kind)(*batch, *direction)
        return tuple(found) if name in ("hvp", "per_example") else found[0]

    return called
