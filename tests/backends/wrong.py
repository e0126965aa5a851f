"""Backends wrong on purpose, each with one mistake, and the check that must name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from backends.base import Backend, Batch, Params, Refusal, epoch_of_steps
from problems.problem import Problem
from tests.problems import three


class Right:
    """A plain right Program and its memory, which every wrong one changes in one place."""

    def __init__(self, problem: Problem) -> None:
        self.data, self.first = problem.data, problem.start
        self.dtype = problem.start[0].dtype
        self.objective, self.batch_size = problem.objective, problem.batch_size
        self.rate = problem.rate

    @property
    def memory(self) -> Right:
        return self

    @property
    def steps(self) -> Right | None:
        return self

    def put(self, arrays: Params) -> Params:
        return tuple(np.array(array) for array in arrays)

    def start(self) -> Params:
        return tuple(param.copy() for param in self.first)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.batch_size):
            yield self.examples(order[first : first + self.batch_size])

    def examples(self, index: np.ndarray) -> Batch:
        return self.objective.batch(self.data, index)

    def gradient(self, params: Params, batch: Batch) -> Params:
        if self.objective.gradient is None:
            return three.by_hand(params, batch)
        return self.objective.gradient(np, params, batch)

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, self.gradient(params, batch))

    def descend(self, params: Params, grads: Params, share: float = 1.0) -> Params:
        for param, grad in zip(params, grads, strict=True):
            param -= self.rate * share * grad
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> np.ndarray:
        return np.asarray(self.objective.loss(np, params, self.data) / len(self.data[0]))

    def wait(self, value: object) -> None:
        pass

    def fetch(self, arrays: Params) -> Params:
        return tuple(np.array(array) for array in arrays)


class WholeEpochs(Right):
    """Right, but shown as one program that cannot be taken apart."""

    @property
    def steps(self) -> None:
        return None

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for batch in self.batches(order):
            params = self.step(params, batch)
        return params


class ZeroGradient(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(np.zeros_like(grad) for grad in super().gradient(params, batch))


class PutInHalfPrecision(Right):
    def put(self, arrays: Params) -> Params:
        return tuple(array.astype("float16").astype(array.dtype) for array in arrays)


class PutWithoutACopy(Right):
    def put(self, arrays: Params) -> Params:
        return arrays


class SlightlyTooLarge(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(grad * grad.dtype.type(1.001) for grad in super().gradient(params, batch))


class Doubled(Right):
    """The factor 1/2 of the loss forgotten."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(2 * grad for grad in super().gradient(params, batch))


class Transposed(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        dw, db = super().gradient(params, batch)
        return dw.T, db

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, super().gradient(params, batch))


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


class NotANumber(Right):
    def gradient(self, params: Params, batch: Batch) -> Params:
        dw, *others = super().gradient(params, batch)
        dw[-1] = np.nan
        return (dw, *others)


class NotANumberLate(Right):
    """NaN from the 51st step of an epoch on, in ``epoch`` only."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for number, batch in enumerate(self.batches(order)):
            params = self.step(params, batch)
            if number == 50:
                params[0][0] = np.nan
        return params


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


class BakedIn(Right):
    """The data of whichever problem came first is kept for all."""

    kept: dict[Any, tuple[np.ndarray, ...]] = {}  # noqa: RUF012 - the mistake itself

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        key = (problem.data[0].shape, problem.batch_size, str(self.dtype))
        self.data = self.kept.setdefault(key, problem.data)


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


class ReversedOrder(Right):
    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return super().batches(order[::-1])


class Elsewhere(np.ndarray):
    """An array that says it lives on another device."""

    def __dlpack_device__(self) -> tuple[int, int]:  # type: ignore[override]  # the mistake itself
        return 2, 0


class LeftElsewhere(Right):
    """Parameters on the device asked, batches left on another."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for batch in super().batches(order):
            yield tuple(array.view(Elsewhere) for array in batch)


class NotGathered(Right):
    """A batch is only its indices; ``gradient`` gathers."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for first in range(0, len(order), self.batch_size):
            yield (order[first : first + self.batch_size],) * len(self.data)

    def gradient(self, params: Params, batch: Batch) -> Params:
        return super().gradient(params, self.examples(batch[0]))


class ShortBatchDropped(Right):
    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return super().batches(order[: len(order) // self.batch_size * self.batch_size])


class OwnDivisor(Right):
    """A short last batch divided by its own length."""

    def step(self, params: Params, batch: Batch) -> Params:
        share = self.batch_size / len(batch[-1])
        return self.descend(params, self.gradient(params, batch), share)


class WrongEpoch(Right):
    """Right steps, but the epoch that is timed is another program."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return super().epoch(params, np.arange(len(order)))


class WrongLoss(Right):
    def loss(self, params: Params) -> np.ndarray:
        return 2 * super().loss(params)


class WrongRate(Right):
    """The learning rate one per cent off: recovery does not notice."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.rate *= 1.01


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


class OwnEpoch(Right):
    """An epoch that is a right program of its own, so that the steps may be wrong unseen."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for batch in Right.batches(self, order):
            params = self.descend(params, Right.gradient(self, params, batch))
        return params


class StepOwnDivisor(OwnEpoch):
    """Only ``step`` divides a short batch by its own length."""

    def step(self, params: Params, batch: Batch) -> Params:
        share = self.batch_size / len(batch[-1])
        return self.descend(params, self.gradient(params, batch), share)


class ShortGradientZero(OwnEpoch):
    def gradient(self, params: Params, batch: Batch) -> Params:
        grads = super().gradient(params, batch)
        is_short = len(batch[-1]) < self.batch_size
        return tuple(0 * grad for grad in grads) if is_short else grads

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, Right.gradient(self, params, batch))


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


class HalfLazy(Lazy):
    """A little more than half of an epoch is done, the rest when it is fetched."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.fetch(params)
        done = len(order) * 6 // 10 // self.batch_size * self.batch_size
        params = Right.epoch(self, params, order[:done])
        self.pending = (params, order[done:])
        return params


class LossOnce(Right):
    """The first loss is given ever after."""

    kept: np.ndarray | None = None

    def loss(self, params: Params) -> np.ndarray:
        if self.kept is None:
            self.kept = super().loss(params)
        return self.kept


class LossNotANumber(Right):
    def loss(self, params: Params) -> np.ndarray:
        return np.asarray(np.nan)


class StepChangesBatch(ChangesBatch):
    def gradient(self, params: Params, batch: Batch) -> Params:
        return Right.gradient(self, params, batch)

    def step(self, params: Params, batch: Batch) -> Params:
        params = super().step(params, batch)
        batch[0][...] = 0
        return params


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


class CodesAsFloats(Right):
    def put(self, arrays: Params) -> Params:
        return tuple(array.astype(self.dtype) for array in arrays)


class ArrayMissing(Right):
    """A minibatch without its last array, which ``gradient`` takes from where it likes."""

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        for *arrays, self.last in super().batches(order):
            yield tuple(arrays)

    def gradient(self, params: Params, batch: Batch) -> Params:
        return super().gradient(params, (*batch, self.last))


ON_THE_OTHER_ALONE = {CodesOffByOne: "batches", CodesAsFloats: "transfer"}
ON_THE_LESSON_ALONE = {
    Transposed: "no parameter of the other objective has two axes",
    Broadcast: "it is the lesson's own trap: labels (batch,) beside predictions (batch, 1)",
}

CAUGHT_BY = {
    PutInHalfPrecision: "transfer",
    PutWithoutACopy: "transfer",
    ZeroGradient: "gradient",
    SlightlyTooLarge: "gradient",
    Doubled: "gradient",
    Transposed: "shapes",
    Accumulating: "repeatable",
    Broadcast: "gradient",
    SinglePrecisionInside: "precision",
    HalfPrecisionInside: "precision",
    NotANumber: "finite",
    NotANumberLate: "finite",
    ChangesParams: "inputs",
    ChangesBatch: "inputs",
    BakedIn: "other_data",
    Lazy: "wait",
    ReversedOrder: "batches",
    LeftElsewhere: "device",
    Promising: "device",
    NotGathered: "batches",
    ShortBatchDropped: "ragged",
    OwnDivisor: "ragged",
    WrongEpoch: "trajectory",
    WrongLoss: "loss",
    WrongRate: "trajectory",
    Remembers: "unseen",
    RemembersOrder: "unseen",
    StepOwnDivisor: "ragged",
    ShortGradientZero: "ragged",
    WrongInTheMiddle: "gradient",
    HalfLazy: "wait",
    LossOnce: "trajectory",
    LossNotANumber: "loss",
    StepChangesBatch: "inputs",
    OtherDtype: "batches",
    ArrayMissing: "batches",
}


def only_on_the_cpu(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return None if device == "cpu" else Refusal("unsupported", "for the cpu only")


def wrong(program: type[Right], **changes: Any) -> Backend:
    """A backend that prepares ``program``, with other members where ``changes`` has them."""
    return Backend(
        name=program.__name__,
        framework="numpy",
        differentiation="hand-written",
        execution="eager",
        supports=only_on_the_cpu,
        prepare=lambda problem, device, dtype: program(problem),
        facts=lambda device: {"version": np.__version__},
    )._replace(**changes)
