"""Epochs and steps that train on something else, or otherwise, than the problem says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backends.base import Batch, Params
from problems.problem import Problem
from tests.backends.wrong.right import OwnEpoch, Right


class NotANumberLate(Right):
    """NaN from the 51st step of an epoch on, in ``epoch`` only."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for number, batch in enumerate(self.batches(order)):
            params = self.step(params, batch)
            if number == 50:
                params[0][0] = np.nan
        return params


class WrongEpoch(Right):
    """Right steps, but the epoch that is timed is another program."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return super().epoch(params, np.arange(len(order)))


class WrongRate(Right):
    """The learning rate one per cent off: recovery does not notice."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.rate *= 1.01


class Fused(Right):
    """``epoch`` takes two minibatches as one step."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        both = 2 * self.batch_size
        for first in range(0, len(order), both):
            params = self.step(params, self.examples(order[first : first + both]))
        return params


class OrderOfBefore(Right):
    """``epoch`` goes through the order of the call before: a pipeline that is off by one."""

    before: np.ndarray | None = None

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        used, self.before = order if self.before is None else self.before, order.copy()
        return super().epoch(params, used)


class LastBatchSkipped(Right):
    """``epoch`` ends one minibatch early."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return super().epoch(params, order[: -self.batch_size])


class StopsEarly(Right):
    """``epoch`` leaves out the steps whose gradient is small beside an earlier one."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        largest = 0.0
        for batch in self.batches(order):
            grads = self.gradient(params, batch)
            length = max(float(np.abs(grad).max()) for grad in grads)
            largest = max(largest, length)
            if length > largest / 2:
                params = self.descend(params, grads)
        return params


class ShortBatchDropped(Right):
    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        return super().batches(order[: len(order) // self.batch_size * self.batch_size])


class OwnDivisor(Right):
    """A short last batch divided by its own length."""

    def step(self, params: Params, batch: Batch) -> Params:
        share = self.batch_size / len(batch[-1])
        return self.descend(params, self.gradient(params, batch), share)


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


CAUGHT_BY: dict[type[Right], str] = {
    NotANumberLate: "finite",
    WrongEpoch: "trajectory",
    WrongRate: "trajectory",
    Fused: "trajectory",
    OrderOfBefore: "trajectory",
    LastBatchSkipped: "trajectory",
    StopsEarly: "trajectory",
    ShortBatchDropped: "ragged",
    OwnDivisor: "ragged",
    StepOwnDivisor: "ragged",
    ShortGradientZero: "ragged",
}
