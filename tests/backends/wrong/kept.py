"""Answers, minibatches and memory kept from one call to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backends.base import Batch, Params
from problems.problem import Problem
from tests.backends.wrong.right import Right


class BakedIn(Right):
    """The data of whichever problem came first is kept for all."""

    kept: dict[Any, tuple[np.ndarray, ...]] = {}  # noqa: RUF012 - the mistake itself

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        key = (problem.data[0].shape, problem.batch_size, str(self.dtype))
        self.data = self.kept.setdefault(key, problem.data)


class LossOnce(Right):
    """The first loss is given ever after."""

    kept: np.ndarray | None = None

    def loss(self, params: Params) -> np.ndarray:
        if self.kept is None:
            self.kept = super().loss(params)
        return self.kept


class LossByIdentity(Right):
    """A loss kept by which array the first parameter is, though steps write to it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.losses: dict[int, tuple[Params, np.ndarray]] = {}

    def loss(self, params: Params) -> np.ndarray:
        key = id(params[0])
        if key not in self.losses:  # with the parameters, so that no others have their id
            self.losses[key] = params, super().loss(params)
        return self.losses[key][1]


class LossOfConsumed(Right):
    """The loss of the parameters that the last epoch consumed: donated memory read back."""

    consumed: Params | None = None

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.consumed = params
        return super().epoch(self.put(params), order)

    def loss(self, params: Params) -> np.ndarray:
        return super().loss(self.consumed or params)


class StartsWhereItEnded(Right):
    """Every start is the same memory, which the steps write to."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.live = super().start()

    def start(self) -> Params:
        return self.live


class Remembers(Right):
    """An epoch's answer kept by its start and order: the second call costs nothing."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.answers: dict[tuple[bytes, ...], Params] = {}

    def key(self, params: Params, order: np.ndarray) -> tuple[bytes, ...]:
        return (order.tobytes(), *(param.tobytes() for param in params))

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        key = self.key(params, order)
        if key not in self.answers:
            self.answers[key] = super().epoch(params, order)
        return tuple(param.copy() for param in self.answers[key])


class RemembersOrder(Remembers):
    """The same, by the order alone."""

    def key(self, params: Params, order: np.ndarray) -> tuple[bytes, ...]:
        return (order.tobytes(),)


class KeepsTheLastSixteen(Remembers):
    """The same, by start and order, of the last sixteen epochs only."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        after = super().epoch(params, order)
        for key in list(self.answers)[:-16]:
            del self.answers[key]
        return after


class GradientByBatch(Right):
    """A gradient kept by which batch it is of and by the bytes of the parameters."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.kept: dict[tuple[Any, ...], tuple[Batch, Params]] = {}

    def gradient(self, params: Params, batch: Batch) -> Params:
        key = (id(batch), *(param.tobytes() for param in params))
        if key not in self.kept:  # with the batch, so that no other has its id
            self.kept[key] = batch, super().gradient(params, batch)
        return self.kept[key][1]

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, super().gradient(params, batch))


class KeepsBatches(Right):
    """The minibatches of every order kept, by its bytes, without end."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.kept: dict[Any, list[Batch]] = {}

    def key(self, order: np.ndarray) -> Any:
        return order.tobytes()

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        key = self.key(order)
        if key not in self.kept:
            self.kept[key] = list(super().batches(order))
        return iter(self.kept[key])


class GatheredInPrepare(Right):
    """The minibatches of the problem's own orders are gathered in ``prepare``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        gathered = super().batches
        self.kept = {order.tobytes(): list(gathered(order)) for order in problem.orders}

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return iter(self.kept.get(order.tobytes()) or super().batches(order))


class ByIdentity(KeepsBatches):
    """Minibatches kept by which object the order is: stale once it is overwritten."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.orders: list[np.ndarray] = []  # so that no other has the id of one

    def key(self, order: np.ndarray) -> Any:
        self.orders.append(order)
        return id(order)


class ByMemory(KeepsBatches):
    """Minibatches kept by where the order lies: stale likewise."""

    def key(self, order: np.ndarray) -> Any:
        return order.ctypes.data


class ByChecksum(KeepsBatches):
    """Minibatches kept by the sum of the order, which is that of every permutation."""

    def key(self, order: np.ndarray) -> Any:
        return int(order.sum())


class ByFirstElement(KeepsBatches):
    """One order's minibatches kept for each first entry, used where all the others agree too."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.orders: dict[Any, np.ndarray] = {}

    def key(self, order: np.ndarray) -> Any:
        first = int(order[0])
        if not np.array_equal(order, self.orders.get(first, order[:0])):
            self.orders[first] = order.copy()
            self.kept.pop(first, None)
        return first


class TablesOfProducts(Right):
    """``X^T X`` and ``X^T y`` of the problem's own minibatches are made in ``prepare``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.tables = {
            order.tobytes(): [self.table(*batch) for batch in self.batches(order)]
            for order in problem.orders
        }

    def table(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        Z = np.column_stack((X, np.ones_like(y)))  # (batch, features + 1): the last is b's
        return Z.T @ Z, Z.T @ y[:, None]

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        tables = self.tables.get(order.tobytes())
        if tables is None:
            return super().epoch(params, order)
        w, b = params
        both = np.concatenate((w, b[None]))  # (features + 1, 1)
        for products, answers in tables:
            both -= self.rate * (products @ both - answers)
        return both[:-1].copy(), both[-1].copy()


CAUGHT_BY: dict[type[Right], str] = {
    ByChecksum: "batches",
    StartsWhereItEnded: "gradient",
    LossOnce: "trajectory",
    LossByIdentity: "trajectory",
    LossOfConsumed: "trajectory",
    BakedIn: "other_data",
    Remembers: "unseen",
    RemembersOrder: "unseen",
    KeepsTheLastSixteen: "unseen",
    GradientByBatch: "unseen",
    KeepsBatches: "unseen",
    GatheredInPrepare: "unseen",
    ByIdentity: "unseen",
    ByMemory: "unseen",
    ByFirstElement: "unseen",
    TablesOfProducts: "unseen",
}
