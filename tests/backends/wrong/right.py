"""Right programs, which every wrong one changes in one place, and the backends of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backends.base import Backend, Batch, Params, Refusal, epoch_of_steps
from problems.namespace import xp
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
        return self.objective.gradient(xp, params, batch)

    def step(self, params: Params, batch: Batch) -> Params:
        return self.descend(params, self.gradient(params, batch))

    def descend(self, params: Params, grads: Params, share: float = 1.0) -> Params:
        for param, grad in zip(params, grads, strict=True):
            param -= self.rate * share * grad
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> np.ndarray:
        return np.asarray(self.objective.loss(xp, params, self.data) / len(self.data[0]))

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


class OwnEpoch(Right):
    """An epoch that is a right program of its own, so that the steps may be wrong unseen."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for batch in Right.batches(self, order):
            params = self.descend(params, Right.gradient(self, params, batch))
        return params


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
