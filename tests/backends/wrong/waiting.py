"""Work that is not done when ``wait`` has returned, or that goes on without being asked for."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from backends.base import Batch, Params
from problems.problem import Problem
from tests.backends.wrong.right import Right


class Promise:
    """Work to be done when somebody asks."""

    def __init__(self, work: Callable[[], np.ndarray]) -> None:
        self.work = work


class Promising(Right):
    """Gradients are promises, which ``fetch`` keeps."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient
        return tuple(Promise(lambda k=k: grads(params, batch)[k]) for k in range(len(params)))  # type: ignore[misc]

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, Right.gradient(self, params, batch))

    def fetch(self, arrays: Params) -> Params:
        return super().fetch(tuple(a.work() if isinstance(a, Promise) else a for a in arrays))


class Lazy(Right):
    """``epoch`` only notes what is to be done; ``fetch`` does it."""

    pending: tuple[Params, np.ndarray] | None = None

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.fetch(params)
        self.pending = (params, order)
        return params

    def fetch(self, arrays: Params) -> Params:
        if self.pending is not None and arrays[0] is self.pending[0][0]:
            (params, order), self.pending = self.pending, None
            super().epoch(params, order)
        return super().fetch(arrays)

    def loss(self, params: Params) -> np.ndarray:
        self.fetch(params)
        return super().loss(params)


class HalfLazy(Lazy):
    """Half of an epoch is done, the rest when it is fetched."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.fetch(params)
        done = len(order) // 2 // self.batch_size * self.batch_size
        params = Right.epoch(self, params, order[:done])
        self.pending = (params, order[done:])
        return params


class UndoneEverySecondTime(Lazy):
    """Every second epoch is left to ``fetch``."""

    every = 2
    calls = 0

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.calls += 1
        if self.calls % self.every == 0:
            return super().epoch(params, order)
        self.fetch(params)
        return Right.epoch(self, params, order)


class UndoneEveryThirdTime(UndoneEverySecondTime):
    """Every third epoch is left to ``fetch``."""

    every = 3


class FinishesLate(Right):
    """Half of an epoch is left to a thread, which ``fetch`` joins and ``wait`` does not."""

    late: Future[Params] | None = None

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.pool = ThreadPoolExecutor(1)

    def join(self) -> None:
        if self.late is not None:
            self.late.result()

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.join()
        done = len(order) // 2 // self.batch_size * self.batch_size
        params = super().epoch(params, order[:done])
        self.late = self.pool.submit(super().epoch, params, order[done:])
        return params

    def loss(self, params: Params) -> np.ndarray:
        self.join()
        return super().loss(params)

    def fetch(self, arrays: Params) -> Params:
        self.join()
        return super().fetch(arrays)


class Later(Right):
    """Arrays filled when they are fetched, which is right where ``wait`` fills them too."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.undone: dict[int, tuple[np.ndarray, Callable[[], np.ndarray]]] = {}

    def later(self, array: np.ndarray, work: Callable[[], np.ndarray]) -> np.ndarray:
        """``array``, to be filled by what ``work`` will give."""
        self.undone[id(array)] = array, work
        return array

    def finish(self, array: np.ndarray) -> None:
        if id(array) in self.undone:
            array[...] = self.undone.pop(id(array))[1]()

    def fetch(self, arrays: Params) -> Params:
        for array in arrays:
            self.finish(array)
        return super().fetch(arrays)


class WaitsForTheFirst(Later):
    """``wait`` finishes only the first of the gradients' arrays that it is given."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient
        return tuple(
            self.later(np.empty_like(param), lambda k=k: grads(params, batch)[k])  # type: ignore[misc]
            for k, param in enumerate(params)
        )

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, Right.gradient(self, params, batch))

    def wait(self, value: Any) -> None:
        while isinstance(value, tuple | list):
            value = value[0]
        self.finish(value)


class GatheredLate(Later):
    """Minibatches are gathered by whatever reads them, which ``wait`` does not."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        self.undone.clear()
        for first in range(0, len(order), self.batch_size):
            yield self.promised(order[first : first + self.batch_size].copy())

    def promised(self, index: np.ndarray) -> Batch:
        return tuple(
            self.later(np.empty((len(index), *a.shape[1:]), a.dtype), partial(np.take, a, index, 0))
            for a in self.data
        )

    def gradient(self, params: Params, batch: Batch) -> Params:
        return super().gradient(params, tuple(map(self.read, batch)))

    def read(self, array: np.ndarray) -> np.ndarray:
        undone = self.undone.get(id(array))
        return array if undone is None else undone[1]()


class NeverStops(Right):
    """A prefetcher that gathers on and on, whether or not anything is asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        alive, order = weakref.ref(self), problem.orders[0]
        threading.Thread(target=gather_on, args=(alive, order), daemon=True).start()


def gather_on(alive: weakref.ref[Right], order: np.ndarray) -> None:
    """Gather ``order`` for as long as the program is there: no test after this one pays."""
    while (program := alive()) is not None:
        program.examples(order)
        del program  # else it would be there for ever


CAUGHT_BY: dict[type[Right], str] = {
    Promising: "device",
    Lazy: "wait",
    HalfLazy: "wait",
    UndoneEverySecondTime: "wait",
    UndoneEveryThirdTime: "wait",
    FinishesLate: "wait",
    WaitsForTheFirst: "wait",
    GatheredLate: "wait",
    NeverStops: "wait",
}
