"""JAX: ``jax.grad`` under ``jit``, one compiled step a call."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem

jax.config.update("jax_default_matmul_precision", "highest")  # else TF32 or bfloat16 passes

CHUNK = 128  # batches gathered by one program: its outputs, and so its compile time, are bounded


class JaxStep:
    name = "jax"
    framework = "jax"
    differentiation = "autodiff"
    execution = "compiled step"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device not in ("cpu", "cuda"):
            return Refusal("unsupported", f"this backend runs JAX on cpu and cuda, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        try:
            jax.devices(device)
        except RuntimeError as error:
            return Refusal("unavailable", f"JAX finds no {device} device: {error}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        jax.config.update("jax_enable_x64", dtype == "float64")
        return JaxPrepared(problem, jax.devices(device)[0])

    def facts(self) -> Mapping[str, str | int]:
        found: dict[str, str | int] = {
            "version": jax.__version__,
            # XLA does not tell the size of its pool; it takes it from this variable, else affinity
            "threads": int(os.environ.get("PJRT_NPROC") or len(os.sched_getaffinity(0))),
            "matmul_precision": str(jax.config.values["jax_default_matmul_precision"]),
        }
        if jax.default_backend() == "gpu":
            found["gpu"] = jax.devices()[0].device_kind
        return found


def summed_loss(params: Params, X: Array, y: Array) -> Array:
    w, b = params
    y_hat = (X @ w)[:, 0] + b  # (batch,)
    return jnp.sum((y_hat - y) ** 2 / 2)


def sgd_step(params: Params, X: Array, y: Array, *, rate: float) -> Params:
    slopes = jax.grad(summed_loss)(params, X, y)
    return jax.tree.map(lambda param, slope: param - rate * slope, params, slopes)


def gather(X: Array, y: Array, chosen: Array, *, size: int) -> list[Batch]:
    rows, labels = X[chosen], y[chosen]
    firsts = range(0, len(chosen), size)
    return [(rows[first : first + size], labels[first : first + size]) for first in firsts]


class JaxPrepared:
    def __init__(self, problem: Problem, device: jax.Device) -> None:
        put = partial(jax.device_put, device=device, may_alias=False)
        self.X, self.y = put(problem.X), put(problem.y)  # (n, d), (n,)
        self.params = put(problem.w_start), put(problem.b_start)  # (d, 1), (1,)
        self.put_order = partial(jax.device_put, device=device)
        size = self.batch_size = problem.spec.batch_size
        # Fresh buffers each time: a step is given its parameters' memory to write the new ones in
        self.copy = jax.jit(partial(jax.tree.map, jnp.copy))
        self.gather = jax.jit(partial(gather, size=size))
        self.slopes = jax.jit(jax.grad(summed_loss))
        self.sgd_step = jax.jit(partial(sgd_step, rate=problem.spec.lr / size), donate_argnums=0)
        self.mean_loss = jax.jit(lambda params, X, y: summed_loss(params, X, y) / len(y))

    @property
    def stepwise(self) -> JaxPrepared:
        return self

    def start(self) -> Params:
        params: Params = self.copy(self.params)
        return params

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        order = order.astype(np.int32)
        width = CHUNK * self.batch_size
        for first in range(0, len(order), width):
            yield from self.gather(self.X, self.y, self.put_order(order[first : first + width]))

    def gradient(self, params: Params, batch: Batch) -> Params:
        slopes: Params = self.slopes(params, *batch)
        return slopes

    def step(self, params: Params, batch: Batch) -> Params:
        after: Params = self.sgd_step(params, *batch)
        return after

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.X, self.y)

    def wait(self, value: Any) -> None:
        jax.block_until_ready(value)

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
