"""What Numba's native programs share: how they are compiled, and the Program made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np

from backends.base import Array, Params
from backends.engines.numpy_host import Host
from problems.problem import Problem

# Sums in any order, and a product fused with its sum; NaN and infinity stay what they are
REORDER = {"reassoc", "contract", "nsz"}

jit = numba.njit(fastmath=REORDER, error_model="numpy")  # for what programs call

BLOCK = 1000  # examples whose losses are summed first: of a million in one sum float32 loses digits


class Types(NamedTuple):
    """Numba's types of what a program is called with, in one dtype."""

    number: Any
    vector: Any  # of the data: nobody may write to it
    matrix: Any
    indices: Any
    bias: Any  # of the parameters
    weights: Any


def types_of(dtype: str) -> Types:
    """The types in ``dtype``."""
    number = numba.from_dtype(np.dtype(dtype))
    vector, matrix = (numba.types.Array(number, ndim, "C", readonly=True) for ndim in (1, 2))
    indices = numba.types.Array(numba.int64, 1, "C", readonly=True)
    return Types(number, vector, matrix, indices, number[::1], number[:, ::1])


class Native(NamedTuple):
    """A Program of native calls."""

    start: Callable[[], Params]
    epoch: Callable[[Params, np.ndarray], Params]
    loss: Callable[[Params], Array]
    memory: Host = Host()
    steps: None = None  # a step alone would be little but the call


def native(problem: Problem, run: Callable[..., None], mean_loss: Callable[..., float]) -> Native:
    """The Program of ``run``, which trains parameters in place, and of ``mean_loss``.

    They are called with data, order, parameters, rate and batch size; with data and parameters.
    """
    data, first, size = problem.data, problem.start, problem.batch_size
    number = first[0].dtype.type
    rate = number(problem.rate)

    def start() -> Params:
        return tuple(map(np.copy, first))

    def epoch(params: Params, order: np.ndarray) -> Params:
        run(*data, order, *params, rate, size)
        return params

    def loss(params: Params) -> Array:
        return number(mean_loss(*data, *params))  # from a Python float

    return Native(start, epoch, loss)
