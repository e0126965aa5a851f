"""MLX: ``mx.grad``, op by op and with the step under ``mx.compile``.

MLX is lazy: a call adds to a graph, and ``mx.eval`` runs what the graph holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import mlx.core as mx
import numpy as np

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem
from backends.temporary import not_executable

os.environ["MLX_ENABLE_TF32"] = "0"  # float32 means float32 on a GPU too
# What ``mx.compile`` builds for a CPU is kept below TMPDIR from one process to the next:
# with a folder of its own this process compiles, and leaves nothing behind.
OWN_FOLDER = tempfile.TemporaryDirectory(prefix="mlx-")
os.environ["TMPDIR"] = OWN_FOLDER.name

STEPS_A_GRAPH = 50  # bounds the memory of a long epoch; measured: longer graphs gain nothing


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where MLX can run on ``device`` in ``dtype``, else why not."""
    if device not in ("cpu", "metal"):
        return Refusal("unsupported", f"this backend runs MLX on cpu and metal, not on {device}")
    if dtype not in DTYPES:
        return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
    if device == "metal" and dtype == "float64":
        return Refusal("unsupported", "Metal has no float64; MLX computes in it on the cpu only")
    if device == "metal" and not mx.metal.is_available():
        return Refusal("unavailable", "MLX finds no Metal device; it takes an Apple silicon Mac")
    return None


def facts(device: str) -> Mapping[str, str | int]:
    """MLX's version; no threads, for on a CPU it runs a graph on one and has no pool."""
    return {"version": version("mlx"), "matmul_precision": "float32: TF32 is off"}


class MlxEager:
    name = "mlx"
    framework = "mlx"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return MlxPrepared(problem, device, lambda function: function)


class MlxCompile:
    name = "mlx-compile"
    framework = "mlx"
    differentiation = "autodiff"
    execution = "compiled step"
    facts = staticmethod(facts)

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        # Without the compiler MLX would run op by op, and say nothing
        if device == "cpu" and shutil.which("g++") is None:
            return Refusal("unavailable", "mx.compile needs g++ on a CPU (Debian: apt install g++)")
        return supports(problem, device, dtype) or not_executable("mx.compile")

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return MlxPrepared(problem, device, mx.compile)


def summed_loss(params: Params, batch: Batch) -> Array:
    w, b = params
    X, y = batch
    # ``mx.addmm`` would join less: ``mx.compile`` fuses what works on single elements
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return (mx.square(residual) / 2).sum()


def mean_loss(params: Params, batch: Batch) -> Array:
    return summed_loss(params, batch) / len(batch[1])


grads: Callable[[Params, Batch], Params] = mx.grad(summed_loss)


class MlxPrepared:
    def __init__(
        self, problem: Problem, device: str, compiled: Callable[[Callable[..., Any]], Any]
    ) -> None:
        mx.set_default_device(mx.cpu if device == "cpu" else mx.gpu)
        self.X, self.y = self.put((problem.X, problem.y))  # (n, d), (n,)
        self.params = self.put((problem.w_start, problem.b_start))  # (d, 1), (1,)
        self.batch_size = problem.spec.batch_size
        rate = problem.spec.lr / problem.spec.batch_size

        def sgd_step(params: Params, batch: Batch) -> Params:
            (w, b), (dw, db) = params, grads(params, batch)
            return w - rate * dw, b - rate * db

        self.gradient, self.update = compiled(grads), compiled(sgd_step)
        self.mean_loss, self.n_steps = compiled(mean_loss), 0

    @property
    def stepwise(self) -> MlxPrepared:
        return self

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        # Its dtype is named because MLX would take float64 for float32
        return tuple(mx.array(array, getattr(mx, str(array.dtype))) for array in arrays)

    def start(self) -> Params:
        self.n_steps = 0
        return tuple(map(mx.array, self.params))

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = mx.array(order.astype(np.uint32))
        cuts = list(range(self.batch_size, len(order), self.batch_size))
        X, y = mx.take(self.X, chosen, axis=0), mx.take(self.y, chosen)
        return zip(mx.split(X, cuts), mx.split(y, cuts), strict=True)

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = self.update(params, batch)
        self.n_steps += 1
        if self.n_steps % STEPS_A_GRAPH == 0:
            mx.eval(after)
        return after

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, (self.X, self.y))

    def wait(self, value: Any) -> None:
        mx.eval(value)
        mx.synchronize()

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
