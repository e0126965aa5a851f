"""Gradients and losses of other values than the reference's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backends.base import Batch, Params
from problems.problem import Problem
from tests.backends.wrong.right import OwnEpoch, Right


class ZeroGradient(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(np.zeros_like(grad) for grad in super().gradient(params, batch))


class SlightlyTooLarge(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(grad * grad.dtype.type(1.001) for grad in super().gradient(params, batch))


class Doubled(Right):
    """The factor 1/2 of the loss forgotten."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(2 * grad for grad in super().gradient(params, batch))


class Accumulating(Right):
    """Gradients never cleared."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.sums: Params = tuple(map(np.zeros_like, problem.start))

    def gradient(self, params: Params, batch: Batch) -> Params:
        fresh = super().gradient(params, batch)
        self.sums = tuple(total + grad for total, grad in zip(self.sums, fresh, strict=True))
        return self.sums


class Broadcast(Right):
    """(batch, 1) minus (batch,) is (batch, batch): what the lesson's reshaping prevents."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        residual = (X @ w + b - y).sum(axis=1, keepdims=True)  # of (batch, batch)
        return X.T @ residual, residual.sum(axis=0)


class NotANumber(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        dw, *others = super().gradient(params, batch)
        dw[-1] = np.nan
        return (dw, *others)


class WrongInTheMiddle(OwnEpoch):
    """The gradient of the thirteenth batch is zero."""

    marked: np.ndarray | None = None

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for number, batch in enumerate(super().batches(order)):
            self.marked = batch[-1] if number == 12 else self.marked
            yield batch

    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(params, batch)
        return tuple(0 * grad for grad in grads) if batch[-1] is self.marked else grads


class EveryOther(Right):
    """The gradient of every other example, doubled: right on average."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(params, tuple(array[::2] for array in batch))
        return tuple(2 * grad for grad in grads)


class WrongLoss(Right):
    def loss(self, params: Params) -> np.ndarray:
        return 2 * super().loss(params)


class LossNotANumber(Right):
    def loss(self, params: Params) -> np.ndarray:
        return np.asarray(np.nan)


CAUGHT_BY: dict[type[Right], str] = {
    NotANumber: "finite",
    Accumulating: "repeatable",
    ZeroGradient: "gradient",
    SlightlyTooLarge: "gradient",
    Doubled: "gradient",
    Broadcast: "gradient",
    WrongInTheMiddle: "gradient",
    EveryOther: "gradient",
    WrongLoss: "loss",
    LossNotANumber: "loss",
}
