"""MLX: ``mx.grad``, op by op and with the step under ``mx.compile``.

MLX is lazy: a call adds to a graph, and ``mx.eval`` runs what the graph holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any

import mlx.core as mx
import numpy as np

from backends.base import (
    Array,
    Backend,
    Batch,
    Params,
    Refusal,
    epoch_of_steps,
    not_written,
    unfit,
)
from backends.temporary import not_executable
from problems.problem import Problem

os.environ["MLX_ENABLE_TF32"] = "0"  # float32 means float32 on a GPU too
# What ``mx.compile`` builds for a CPU is kept below TMPDIR from one process to the next:
# with a folder of its own this process compiles, and leaves nothing behind.
OWN_FOLDER = tempfile.TemporaryDirectory(prefix="mlx-")
os.environ["TMPDIR"] = OWN_FOLDER.name

STEPS_A_GRAPH = 50  # bounds the memory of a long epoch; measured: longer graphs gain nothing


def linreg(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    # ``mx.addmm`` would join less: ``mx.compile`` fuses what works on single elements
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return (mx.square(residual) / 2).sum()


KERNELS: dict[str, Callable[[Params, Batch], Array]] = {"linreg": linreg}  # summed losses


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where MLX can run ``problem`` on ``device`` in ``dtype``, else why not."""
    refused = unfit("MLX", device, ("cpu", "metal"), dtype) or not_written("MLX", KERNELS, problem)
    if refused is not None:
        return refused
    if device == "metal" and dtype == "float64":
        return Refusal("unsupported", "Metal has no float64; MLX computes in it on the cpu only")
    if device == "metal" and not mx.metal.is_available():
        return Refusal("unavailable", "MLX finds no Metal device; it takes an Apple silicon Mac")
    return None


def supports_compiled(problem: Problem, device: str, dtype: str) -> Refusal | None:
    if refused := supports(problem, device, dtype):
        return refused
    # Without the compiler MLX would run op by op, and say nothing
    if device == "cpu" and shutil.which("g++") is None:
        return Refusal("unavailable", "mx.compile needs g++ on a CPU (Debian: apt install g++)")
    return not_executable("mx.compile")


def facts(device: str) -> Mapping[str, str | int]:
    """MLX's version; no threads, for on a CPU it runs a graph on one and has no pool."""
    return {"version": version("mlx"), "matmul_precision": "float32: TF32 is off"}


class Memory:
    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        # Its dtype is named because MLX would take float64 for float32
        return tuple(mx.array(array, getattr(mx, str(array.dtype))) for array in arrays)

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    def wait(self, value: Any) -> None:
        mx.eval(value)
        mx.synchronize()


class Graphs:
    def __init__(
        self,
        compiled: Callable[[Callable[..., Any]], Any],
        problem: Problem,
        device: str,
        dtype: str,
    ) -> None:
        mx.set_default_device(mx.cpu if device == "cpu" else mx.gpu)
        self.memory, self.size, self.n_steps = Memory(), problem.batch_size, 0
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        summed_loss, rate = KERNELS[problem.objective.name], problem.rate
        grads = mx.grad(summed_loss)

        def sgd_step(params: Params, batch: Batch) -> Params:
            pairs = zip(params, grads(params, batch), strict=True)
            return tuple(param - rate * grad for param, grad in pairs)

        def mean_loss(params: Params, data: Batch) -> Array:
            return summed_loss(params, data) / len(data[0])

        self.gradient, self.update = compiled(grads), compiled(sgd_step)
        self.mean_loss = compiled(mean_loss)

    @property
    def steps(self) -> Graphs:
        return self

    def start(self) -> Params:
        self.n_steps = 0
        return tuple(map(mx.array, self.first))

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = mx.array(order.astype(np.uint32))
        cuts = list(range(self.size, len(order), self.size))
        taken = (mx.take(array, chosen, axis=0) for array in self.data)
        return zip(*(mx.split(array, cuts) for array in taken), strict=True)

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = self.update(params, batch)
        self.n_steps += 1
        if self.n_steps % STEPS_A_GRAPH == 0:
            mx.eval(after)
        return after

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)


def op_by_op(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


mlx_eager = Backend(
    *("mlx", "mlx", "autodiff", "eager"), supports, partial(Graphs, op_by_op), facts
)
mlx_compile = Backend(
    *("mlx-compile", "mlx", "autodiff", "compiled step"),
    *(supports_compiled, partial(Graphs, mx.compile), facts),
)
