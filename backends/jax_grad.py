"""JAX: ``jax.grad`` under ``jit``, one compiled step a call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem

# Else a GPU may multiply float32 in TF32.
jax.config.update("jax_default_matmul_precision", "highest")

# Batches gathered by one program. Its compile time grows with its outputs, which have to be
# bounded; a call costs little beside 50 batches.
CHUNK = 50


class Compilations:
    """Counts what this process compiled, and the seconds of each stage."""

    STAGES: ClassVar = {
        "/jax/core/compile/jaxpr_trace_duration": "trace_seconds",
        "/jax/core/compile/jaxpr_to_mlir_module_duration": "lower_seconds",
        "/jax/core/compile/backend_compile_duration": "compile_seconds",
    }

    def __init__(self) -> None:
        self.count = 0
        self.seconds = dict.fromkeys(self.STAGES.values(), 0.0)

    def note(self, event: str, duration_secs: float, **_: str | int) -> None:
        if event in self.STAGES:
            self.seconds[self.STAGES[event]] += duration_secs
            self.count += self.STAGES[event] == "compile_seconds"


compilations = Compilations()
jax.monitoring.register_event_duration_secs_listener(compilations.note)


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
        if dtype == "float64":
            # Never off again: a float64 problem prepared earlier would be truncated, silently
            jax.config.update("jax_enable_x64", True)
        return JaxPrepared(problem, jax.devices(device)[0])

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        found: dict[str, str | int | float] = {
            "version": jax.__version__,
            "threads": pool_size(),
            "compilations": compilations.count,
            **compilations.seconds,
            "matmul_precision": str(jax.config.values["jax_default_matmul_precision"]),
        }
        if device == "cuda" and jax.default_backend() == "gpu":
            gpu = jax.devices(device)[0]
            found["gpu"] = gpu.device_kind
            found["device_peak_bytes"] = (gpu.memory_stats() or {}).get("peak_bytes_in_use", 0)
        return found


def pool_size() -> int:
    """Threads of XLA's pool, by the rule it follows: it does not tell the number itself."""
    if os.environ.get("PJRT_NPROC"):
        return int(os.environ["PJRT_NPROC"])
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def summed_loss(params: Params, batch: Batch) -> Array:
    w, b = params
    X, y = batch
    y_hat = X @ w + b  # (batch, 1)
    return jnp.sum((y_hat - y[:, None]) ** 2 / 2)


def sgd_step(params: Params, batch: Batch, *, rate: float) -> Params:
    slopes = jax.grad(summed_loss)(params, batch)
    after: Params = jax.tree.map(lambda param, slope: param - rate * slope, params, slopes)
    return after


def gather(X: Array, y: Array, chosen: Array, *, size: int) -> list[Batch]:
    rows, labels = X[chosen], y[chosen]
    firsts = range(0, len(chosen), size)
    return [(rows[first : first + size], labels[first : first + size]) for first in firsts]


@cache
def gathering(size: int) -> Callable[..., list[Batch]]:
    """``gather`` for one batch size, compiled once a process for each shape of the data."""
    return jax.jit(partial(gather, size=size))


class JaxPrepared:
    def __init__(self, problem: Problem, device: jax.Device) -> None:
        size = self.batch_size = problem.spec.batch_size
        put = partial(jax.device_put, device=device, may_alias=False)
        self.data = put(problem.X), put(problem.y)  # (n, d), (n,)
        self.params = put(problem.w_start), put(problem.b_start)  # (d, 1), (1,)
        self.copy = jax.jit(partial(jax.tree.map, jnp.copy))
        self.gather = gathering(size)
        self.gradient = jax.jit(jax.grad(summed_loss))
        # Donated: the new parameters are written where the old ones were
        self.step = jax.jit(partial(sgd_step, rate=problem.spec.lr / size), donate_argnums=0)
        self.mean_loss = jax.jit(lambda params, data: summed_loss(params, data) / len(data[1]))

    @property
    def stepwise(self) -> JaxPrepared:
        return self

    def start(self) -> Params:
        params: Params = self.copy(self.params)  # a copy, for the first step to consume
        return params

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen, width = order.astype(np.int32), CHUNK * self.batch_size
        for first in range(0, len(chosen), width):
            yield from self.gather(*self.data, chosen[first : first + width])

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.mean_loss(params, self.data)

    def wait(self, value: Any) -> None:
        jax.block_until_ready(value)

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
