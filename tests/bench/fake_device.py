"""A device that is not there: an engine on ``cuda`` whose memory is NumPy's and whose work waits.

What is asked of it is queued in order and done by ``wait`` or ``fetch``, as on a GPU.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from backends.base import Backend, Batch, Params, Refusal, epoch_of_steps
from problems.problem import Problem


class FakeArray:
    """An array of the device; it has no values before its turn in the queue."""

    n_done = 0  # arrays computed or brought so far, on all devices: a clock that knows work only

    def __init__(self, compute: Callable[[], np.ndarray]) -> None:
        self.compute = compute
        self.values = np.empty(0)
        self.kept: np.ndarray | None = None  # on the host, of a device that keeps what it fetched

    def run(self) -> None:
        self.values = self.compute()
        FakeArray.n_done += 1

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0  # kDLCUDA, the first device


class FarProgram:
    def __init__(self, problem: Problem) -> None:
        self.queue: list[FakeArray] = []
        self.n_waits = 0
        self.X, self.y = self.put(problem.data)
        self.first = self.put(problem.start)
        self.size = problem.batch_size
        self.rate = problem.start[0].dtype.type(problem.rate)

    @property
    def memory(self) -> FarProgram:
        return self

    @property
    def steps(self) -> FarProgram:
        return self

    def later(self, compute: Callable[[], np.ndarray]) -> FakeArray:
        array = FakeArray(compute)
        self.queue.append(array)
        return array

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[FakeArray, ...]:
        return tuple(self.later(partial(np.copy, array.copy())) for array in arrays)

    def start(self) -> Params:
        return tuple(self.later(partial(lambda p: p.values.copy(), param)) for param in self.first)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.size):
            rows = partial(
                lambda array, index: array.values[index], index=order[first:][: self.size]
            )
            yield tuple(self.later(partial(rows, array)) for array in (self.X, self.y))

    def gradient(self, params: Params, batch: Batch) -> Params:
        (w, b), (X, y) = params, batch
        residual = self.later(lambda: X.values @ w.values + b.values - y.values[:, None])
        dw = self.later(lambda: X.values.T @ residual.values)
        return dw, self.later(lambda: residual.values.sum(axis=0))

    def step(self, params: Params, batch: Batch) -> Params:
        grads = self.gradient(params, batch)
        less = partial(lambda p, s: p.values - self.rate * s.values)
        return tuple(self.later(partial(less, p, s)) for p, s in zip(params, grads, strict=True))

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> FakeArray:
        w, b = params
        residual = self.later(lambda: self.X.values @ w.values + b.values - self.y.values[:, None])
        return self.later(lambda: np.asarray(np.mean(residual.values**2) / 2))

    def wait(self, value: Any) -> None:
        self.n_waits += 1
        self.finish()

    def finish(self) -> None:
        """Do what is queued, in order."""
        for array in self.queue:
            array.run()
        self.queue.clear()

    def fetch(self, arrays: Params) -> tuple[np.ndarray, ...]:
        self.finish()
        return tuple(array.values.copy() for array in arrays)


class Hasty(FarProgram):
    """Its ``wait`` returns at once, and all it queued is left for ``fetch``."""

    def wait(self, value: Any) -> None:
        self.n_waits += 1


class Keeping(FarProgram):
    """As JAX on a GPU: a fetch costs as much as an operation, the next one of an array nothing.

    And the start is one and the same, since nobody can change it.
    """

    def start(self) -> Params:
        return self.first

    def fetch(self, arrays: Params) -> tuple[np.ndarray, ...]:
        self.finish()
        return tuple(map(self.brought, arrays))

    def brought(self, array: FakeArray) -> np.ndarray:
        if array.kept is None:
            array.kept = array.values.copy()
            FakeArray.n_done += 1
        return array.kept.copy()


class HastyKeeping(Hasty, Keeping):
    """The two together: all work is left for ``fetch``."""


class HalfHastyKeeping(Keeping):
    """Its ``wait`` does a little more than half of what is queued."""

    def wait(self, value: Any) -> None:
        self.n_waits += 1
        done = len(self.queue) * 6 // 10
        for array in self.queue[:done]:
            array.run()
        del self.queue[:done]


def only_on_cuda(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return None if device == "cuda" else Refusal("unsupported", "this engine is far away")


fake_device = Backend(
    name="far",
    framework="far",
    differentiation="hand-written",
    execution="eager",
    supports=only_on_cuda,
    prepare=lambda problem, device, dtype: FarProgram(problem),
    facts=lambda device: {
        "version": "1",
        "gpu": "a GPU that is not there",
        "device_peak_bytes": 12345,
    },
)


def telling() -> Backend:
    """Its facts are the environment that it was loaded in."""
    environment = dict(os.environ)
    return fake_device._replace(facts=lambda device: {"version": "1", **environment})


def dying_at_exit() -> Backend:
    """As a driver may that is unloaded in the wrong order: all is done, then the process dies."""
    atexit.register(os._exit, 9)
    return fake_device
