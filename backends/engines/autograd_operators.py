"""Derivatives besides the gradient in HIPS autograd, of a loss of one flat array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp  # type: ignore[import-untyped]  # no annotations
import numpy as np
from autograd import hessian, hessian_vector_product, make_jvp

from backends.base import Array, Batch, Params
from backends.operators import FORWARD, REVERSE_ONE_BY_ONE, REVERSE_OVER_REVERSE, Operator
from problems.problem import Problem

Gradient = Callable[[Params, Batch], Params]


def operators(problem: Problem, xp: Any, gradient: Gradient) -> dict[str, Operator]:
    """The operators of the objective as written in ``xp``; ``gradient`` is the engine's own."""
    loss, shapes = problem.objective.loss, [p.shape for p in problem.start]
    ends = np.cumsum([p.size for p in problem.start])[:-1]

    def like_params(flat: Array) -> Params:
        starts, stops = (0, *ends), (*ends, len(flat))
        pieces = zip(starts, stops, shapes, strict=True)
        return tuple(anp.reshape(flat[a:b], shape) for a, b, shape in pieces)

    def of_flat(flat: Array, batch: Batch) -> Array:
        return loss(xp, like_params(flat), batch)

    along, product, matrix = make_jvp(of_flat), hessian_vector_product(of_flat), hessian(of_flat)

    def jvp(params: Params, batch: Batch, direction: Params) -> Array:
        vector = joined(direction)
        # Forwards, a maximum of float32 becomes float64: it is divided by a count of integers
        return np.asarray(along(joined(params), batch)(vector)[1], vector.dtype)

    def hvp(params: Params, batch: Batch, direction: Params) -> Params:
        return like_params(product(joined(params), batch, joined(direction)))

    def whole(params: Params, batch: Batch) -> Array:
        return matrix(joined(params), batch)

    def per_example(params: Params, batch: Batch) -> Params:
        rows = range(len(batch[0]))
        grads = (gradient(params, tuple(array[i : i + 1] for array in batch)) for i in rows)
        return tuple(map(np.stack, zip(*grads, strict=True)))

    return {
        "jvp": Operator(jvp, FORWARD),
        "hvp": Operator(hvp, REVERSE_OVER_REVERSE),
        "hessian": Operator(whole, REVERSE_OVER_REVERSE),
        "per_example": Operator(per_example, REVERSE_ONE_BY_ONE),
    }


def joined(arrays: Params) -> Array:
    """The numbers of ``arrays`` one after the other, in C order."""
    return np.concatenate([np.ravel(array) for array in arrays])
