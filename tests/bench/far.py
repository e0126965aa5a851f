"""A device that is not there: an engine on ``cuda`` whose memory is NumPy's and whose work waits.

What is asked of it is queued and done by ``wait``, as on a GPU; ``on_the_way`` counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from backends.base import Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem


class FarArray:
    """An array of the device; its values are computed when they are waited for."""

    def __init__(self, compute: Callable[[], np.ndarray]) -> None:
        self.compute: Callable[[], np.ndarray] | None = compute
        self.values = np.empty(0)

    def now(self) -> np.ndarray:
        if self.compute is not None:
            self.values, self.compute = self.compute(), None
        return self.values

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0  # kDLCUDA, the first device


class Far:
    name = "far"
    framework = "far"
    differentiation = "hand-written"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        return None if device == "cuda" else Refusal("unsupported", "this engine is far away")

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return FarPrepared(problem)

    def facts(self, device: str) -> Mapping[str, str | int]:
        return {"version": "1", "gpu": "a GPU that is not there", "device_peak_bytes": 12345}


class FarPrepared:
    waits = 0  # calls of ``wait`` so far

    def __init__(self, problem: Problem) -> None:
        self.X, self.y, *start = self.put((problem.X, problem.y, problem.w_start, problem.b_start))
        self.first = tuple(start)
        self.size = problem.spec.batch_size
        self.rate = problem.y.dtype.type(problem.spec.lr / problem.spec.batch_size)

    @property
    def stepwise(self) -> FarPrepared:
        return self

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[FarArray, ...]:
        copies = [array.copy() for array in arrays]
        return tuple(FarArray(lambda copy=copy: copy) for copy in copies)  # type: ignore[misc]

    def start(self) -> Params:
        return tuple(FarArray(lambda param=param: param.now().copy()) for param in self.first)  # type: ignore[misc]

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.size):
            index = order[first : first + self.size]
            yield tuple(  # type: ignore[misc]
                FarArray(lambda array=array, index=index: array.now()[index])  # type: ignore[misc]
                for array in (self.X, self.y)
            )

    def gradient(self, params: Params, batch: Batch) -> Params:
        (w, b), (X, y) = params, batch
        residual = FarArray(lambda: X.now() @ w.now() + b.now() - y.now()[:, None])  # (batch, 1)
        return (
            FarArray(lambda: X.now().T @ residual.now()),
            FarArray(lambda: residual.now().sum(axis=0)),
        )

    def step(self, params: Params, batch: Batch) -> Params:
        pairs = zip(params, self.gradient(params, batch), strict=True)
        after = [FarArray(lambda p=p, s=s: p.now() - self.rate * s.now()) for p, s in pairs]  # type: ignore[misc]
        for param in after:
            param.now()  # else a long epoch is a deep recursion
        return tuple(after)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> FarArray:
        w, b = params
        return FarArray(
            lambda: np.asarray(
                np.mean((self.X.now() @ w.now() + b.now() - self.y.now()[:, None]) ** 2) / 2
            )
        )

    def wait(self, value: Any) -> None:
        FarPrepared.waits += 1
        self.finish(value)

    def finish(self, value: Any) -> None:
        for array in value if isinstance(value, list | tuple) else ():
            self.finish(array)
        if isinstance(value, FarArray):
            value.now()

    def fetch(self, arrays: Params) -> tuple[np.ndarray, ...]:
        return tuple(array.now().copy() for array in arrays)
