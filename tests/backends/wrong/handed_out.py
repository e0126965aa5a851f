"""What is handed out is of another kind than asked, or what is handed in is changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backends.base import Batch, Params
from tests.backends.wrong.right import Right


class PutInHalfPrecision(Right):
    def put(self, arrays: Params) -> Params:
        return tuple(array.astype("float16").astype(array.dtype) for array in arrays)


class PutWithoutACopy(Right):
    def put(self, arrays: Params) -> Params:
        return arrays


class FetchWithoutACopy(Right):
    """What was fetched changes with the parameters."""

    def fetch(self, arrays: Params) -> Params:
        return arrays


class CodesAsFloats(Right):
    def put(self, arrays: Params) -> Params:
        return tuple(array.astype(self.dtype) for array in arrays)


class Transposed(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        dw, *others = super().gradient(params, batch)
        return dw.T, *others

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, super().gradient(params, batch))


class Elsewhere(np.ndarray):
    """An array that says it lives on another device."""

    def __dlpack_device__(self) -> tuple[int, int]:  # type: ignore[override]  # the mistake itself
        return 2, 0


class LeftElsewhere(Right):
    """Parameters on the device asked, batches left on another."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for batch in super().batches(order):
            yield tuple(array.view(Elsewhere) for array in batch)


class ReversedOrder(Right):
    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return super().batches(order[::-1])


class NotGathered(Right):
    """A batch is only its indices; ``gradient`` gathers."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.batch_size):
            yield (order[first : first + self.batch_size],) * len(self.data)

    def gradient(self, params: Params, batch: Batch) -> Params:
        return super().gradient(params, self.examples(batch[0]))


class OtherDtype(Right):
    """Batches in another dtype than asked, gradients cast back."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        other = "float64" if self.dtype == "float32" else "float32"
        for X, *rest in super().batches(order):
            yield (X.astype(other), *rest)

    def gradient(self, params: Params, batch: Batch) -> Params:
        X, *rest = batch
        return super().gradient(params, (X.astype(self.dtype), *rest))


class CodesOffByOne(Right):
    """Integers among the data counted from one."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for X, codes, y in super().batches(order):
            yield X, np.maximum(codes - 1, 0), y


class ArrayMissing(Right):
    """A minibatch without its last array, which ``gradient`` takes from where it likes."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for *arrays, self.last in super().batches(order):
            yield tuple(arrays)

    def gradient(self, params: Params, batch: Batch) -> Params:
        return super().gradient(params, (*batch, self.last))


class ChangesParams(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(params, batch)
        params[-1][...] += 1
        return grads


class ChangesBatch(Right):
    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for batch in super().batches(order):
            yield tuple(array.copy() for array in batch)

    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(params, batch)
        batch[-1][...] = 0
        return grads


class StepChangesBatch(ChangesBatch):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return Right.gradient(self, params, batch)

    def step(self, params: Params, batch: Batch) -> Params:
        params = super().step(params, batch)
        batch[0][...] = 0
        return params


CAUGHT_BY: dict[type[Right], str] = {
    Transposed: "shapes",
    LeftElsewhere: "device",
    PutInHalfPrecision: "transfer",
    PutWithoutACopy: "transfer",
    ReversedOrder: "batches",
    NotGathered: "batches",
    OtherDtype: "batches",
    ArrayMissing: "batches",
    ChangesParams: "inputs",
    ChangesBatch: "inputs",
    StepChangesBatch: "inputs",
    FetchWithoutACopy: "transfer",
}
