"""What every JAX backend shares: what it refuses, what JAX says of itself, its memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from backends.base import Array, Refusal, unfit
from problems.problem import Problem, aligned

# Else a GPU may multiply float32 in TF32.
jax.config.update("jax_default_matmul_precision", "highest")
# XLA's CPU runtime calls every operation of a loop's body anew each time round, unless the loop
# touches few bytes, 1024 by default: then the whole loop is compiled into one function.
WHOLE_LOOP = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000"
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {WHOLE_LOOP}".strip()


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


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where JAX can run on ``device`` in ``dtype``, else why not."""
    if refused := unfit("JAX", device, ("cpu", "cuda"), dtype):
        return refused
    try:
        jax.devices(device)
    except RuntimeError as error:
        return Refusal("unavailable", f"JAX finds no {device} device: {error}")
    return None


def facts(device: str) -> Mapping[str, str | int | float]:
    """What JAX says of itself, and of the GPU where ``device`` is one."""
    found: dict[str, str | int | float] = {
        "version": jax.__version__,
        "threads": pool_size(),
        "compilations": compilations.count,
        **compilations.seconds,
        "matmul_precision": str(jax.config.values["jax_default_matmul_precision"]),
    }
    if device == "cuda" and jax.default_backend() != "cpu":
        gpu = jax.devices(device)[0]
        found["gpu"] = gpu.device_kind
        found["device_peak_bytes"] = (gpu.memory_stats() or {}).get("peak_bytes_in_use", 0)
    return found


def pool_size() -> int:
    """Threads of XLA's pool, by the rule it follows: it does not tell the number itself."""
    if os.environ.get("PJRT_NPROC"):
        return int(os.environ["PJRT_NPROC"])
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


copied = jax.jit(partial(jax.tree.map, jnp.copy))  # donated, the memory of its own


class Memory:
    def __init__(self, device: str, dtype: str) -> None:
        if dtype == "float64":
            # Never off again: a float64 problem prepared earlier would be truncated, silently
            jax.config.update("jax_enable_x64", True)
        self.device = jax.devices(device)[0]

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        if self.device.platform == "cpu":
            # Where it is aligned JAX takes NumPy's memory over, ``may_alias`` or not: give it own
            arrays = tuple(aligned(array, str(array.dtype)) for array in arrays)
        put: tuple[Array, ...] = jax.device_put(arrays, self.device)
        if self.device.platform != "cpu":
            jax.block_until_ready(put)  # until then JAX may still be reading NumPy's memory
        return put

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        # Brought to the host before it is gone through: a batch may be one array on the device
        return tuple(np.array(array) for array in jax.device_get(arrays))

    def wait(self, value: Any) -> None:
        jax.block_until_ready(value)
