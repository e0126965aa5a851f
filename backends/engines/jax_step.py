"""JAX: one compiled step a call, the gradient by ``jax.grad`` or by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar

import jax
import numpy as np

from backends.base import Array, Backend, Batch, Params, epoch_of_steps
from backends.engines.jax_gradient import (
    GRADIENTS,
    Derivation,
    Gradient,
    autodiff,
    by_hand,
    compiled_loss,
    sgd,
    supports_by_hand,
)
from backends.engines.jax_memory import Memory, copied, facts, supports
from backends.engines.jax_operators import operators
from problems.problem import Problem

# Batches gathered by one program. Its compile time grows with its outputs, which have to be
# bounded; a call costs little beside 100 batches.
CHUNK = 100


@dataclass(frozen=True)
class Rows:
    """Examples in one array, what each array of the data holds of them side by side.

    Handing an array out costs JAX 2 us, as much as gathering 50 examples: a minibatch is one.
    """

    rows: Array  # (batch, columns)
    widths: ClassVar[tuple[int | None, ...]]  # None: a single number

    def __iter__(self) -> Iterator[Array]:
        first = 0
        for width in self.widths:
            last = first + (width or 1)
            yield self.rows[:, first] if width is None else self.rows[:, first:last]
            first = last


@cache
def rows_of(widths: tuple[int | None, ...]) -> type[Rows]:
    """The Rows so wide: a class of its own, for JAX would compare a field in every call."""
    return jax.tree_util.register_dataclass(type("Rows", (Rows,), {"widths": widths}), ["rows"], [])


def joined(data: tuple[np.ndarray, ...], memory: Memory) -> Batch:
    """``data`` on the device: as Rows where all are floats and fit side by side."""
    if any(array.dtype.kind != "f" or array.ndim not in (1, 2) for array in data):
        return memory.put(data)
    widths = tuple(array.shape[1] if array.ndim == 2 else None for array in data)
    return rows_of(widths)(*memory.put((np.column_stack(data),)))


def gather(examples: Batch, chosen: Array, *, size: int) -> list[Batch]:
    gathered = jax.tree.map(lambda array: array[chosen], examples)
    cuts = [slice(first, first + size) for first in range(0, len(chosen), size)]
    return [jax.tree.map(lambda array, cut=cut: array[cut], gathered) for cut in cuts]


# Compiled once a process for each configuration and each shape of the data


@cache
def compiled_gather(size: int) -> Callable[[Batch, np.ndarray], list[Batch]]:
    return jax.jit(partial(gather, size=size))


@cache
def compiled_gradient(gradient: Gradient) -> Gradient:
    return jax.jit(gradient)


@cache
def compiled_step(gradient: Gradient, rate: float) -> Gradient:
    def step(params: Params, batch: Batch) -> Params:
        return sgd(params, gradient(params, batch), rate)

    # Donated: the new parameters are written where the old ones were
    return jax.jit(step, donate_argnums=0)


class Step:
    def __init__(self, derive: Derivation, problem: Problem, device: str, dtype: str) -> None:
        self.memory, self.size = Memory(device, dtype), problem.batch_size
        self.first = self.memory.put(problem.start)
        self.examples = joined(problem.data, self.memory)
        gradient = derive(problem.objective)
        self.gather, self.mean_loss = compiled_gather(self.size), compiled_loss(problem.objective)
        self.gradient = compiled_gradient(gradient)
        self.step = compiled_step(gradient, problem.rate)
        self.operators = operators(problem.objective) if derive is autodiff else {}

    @property
    def steps(self) -> Step:
        return self

    def start(self) -> Params:
        params: Params = copied(self.first)  # for the first step to consume
        return params

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        width = CHUNK * self.size
        for first in range(0, len(order), width):
            yield from self.gather(self.examples, order[first : first + width])

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.examples)


jax_step = Backend(
    *("jax", "jax", "autodiff", "compiled step"), supports, partial(Step, autodiff), facts, ()
)
jax_manual = Backend(
    *("jax-manual", "jax", "hand-written", "compiled step"),
    *(supports_by_hand, partial(Step, by_hand), facts, GRADIENTS),
)
