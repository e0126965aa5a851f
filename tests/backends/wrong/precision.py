"""Arithmetic in less than was asked for, or in more."""

from __future__ import annotations

import numpy as np

from backends.base import Batch, Params
from tests.backends.wrong.right import Right, WholeEpochs


class SinglePrecisionInside(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(*(tuple(map(self.single, arrays)) for arrays in (params, batch)))
        return tuple(grad.astype(self.dtype) for grad in grads)

    def single(self, array: np.ndarray) -> np.ndarray:
        return array.astype("float32") if array.dtype.kind == "f" else array


class HalfPrecisionInside(Right):
    """Inputs cut to ten bits of mantissa, as TF32 does."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        (w, *others), (X, *rest) = params, batch
        return super().gradient((self.cut(w), *others), (self.cut(X), *rest))

    def cut(self, array: np.ndarray) -> np.ndarray:
        return array.astype("float16").astype(self.dtype)


class HalfPrecisionUpdate(Right):
    """Gradients as asked, but the parameters are held in float16 from step to step."""

    def descend(self, params: Params, grads: Params, share: float = 1.0) -> Params:
        for param in super().descend(params, grads, share):
            param[...] = param.astype("float16")
        return params


class MorePrecise(Right):
    """Float64 inside an arm of float32: in the gradient and in the step."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        return rounded(super().gradient(wide(params), wide(batch)), self.dtype)

    def step(self, params: Params, batch: Batch) -> Params:
        params = wide(params)
        grads = super().gradient(params, wide(batch))
        return rounded(self.descend(params, grads), self.dtype)


class EpochInMore(Right):
    """Gradient and step as asked, but the epoch that is timed is in float64 to its end."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        params = wide(params)
        for batch in self.batches(order):
            params = self.descend(params, self.gradient(params, wide(batch)))
        return rounded(params, self.dtype)


class WholeInMore(EpochInMore, WholeEpochs):
    """The same in an epoch that cannot be taken apart."""


def wide(arrays: Params) -> Params:
    """``arrays`` in float64, integers as they are."""
    return tuple(array.astype("float64") if array.dtype.kind == "f" else array for array in arrays)


def rounded(arrays: Params, dtype: np.dtype) -> Params:
    """``arrays`` in ``dtype``."""
    return tuple(array.astype(dtype) for array in arrays)


CAUGHT_BY: dict[type[Right], str] = {
    SinglePrecisionInside: "precision",
    HalfPrecisionInside: "precision",
    MorePrecise: "precision",
    EpochInMore: "precision",
    WholeInMore: "precision",
    HalfPrecisionUpdate: "trajectory",
}
ONLY_IN: dict[type[Right], str] = {  # the dtype in which it is a mistake
    SinglePrecisionInside: "float64",
    MorePrecise: "float32",
    EpochInMore: "float32",
    WholeInMore: "float32",
}
