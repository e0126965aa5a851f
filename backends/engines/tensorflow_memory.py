"""What TensorFlow's backends share: what it refuses, what it says of itself, its memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backends.base import Array, Refusal, unfit
from problems.problem import Problem

__all__ = ["Memory", "compiled", "facts", "signature", "supports", "tf"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # it talks; XLA makes the kernels here
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # not all of its memory at once

# XLA's CPU runtime calls every operation of a loop's body anew each time round, unless the loop
# touches few bytes, 1024 by default: then the whole loop is compiled into one function.
os.environ["XLA_FLAGS"] = (
    f"{os.environ.get('XLA_FLAGS', '')} --xla_backend_extra_options="
    "xla_cpu_small_while_loop_byte_threshold=1000000000"
).strip()

import tensorflow as tf  # it reads these variables when it loads: others import it from here

tf.config.experimental.enable_tensor_float_32_execution(False)  # float32 means float32
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    # TensorFlow's own pools know nothing of OpenMP's variable
    tf.config.threading.set_intra_op_parallelism_threads(int(os.environ["OMP_NUM_THREADS"]))
    tf.config.threading.set_inter_op_parallelism_threads(int(os.environ["OMP_NUM_THREADS"]))

KINDS = {"cpu": "CPU", "cuda": "GPU"}  # TensorFlow's names of the devices


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where TensorFlow can run on ``device`` in ``dtype``, else why not."""
    if refused := unfit("TensorFlow", device, KINDS, dtype):
        return refused
    if not tf.config.list_physical_devices(KINDS[device]):
        return Refusal("unavailable", f"TensorFlow {tf.__version__} finds no {device} device")
    return None


def facts(device: str) -> Mapping[str, str | int]:
    found: dict[str, str | int] = {
        "version": tf.__version__,
        "threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "interop_threads": tf.config.threading.get_inter_op_parallelism_threads(),
        "tf32": str(tf.config.experimental.tensor_float_32_execution_enabled()),
    }
    if device == "cuda" and (gpus := tf.config.list_physical_devices("GPU")):
        found["gpu"] = tf.config.experimental.get_device_details(gpus[0])["device_name"]
        found["device_peak_bytes"] = tf.config.experimental.get_memory_info("GPU:0")["peak"]
    return found


def signature(arrays: tuple[Array, ...], length: int | None = None) -> list[tf.TensorSpec]:
    """The shapes and dtypes of ``arrays``, or of ``length`` examples of them."""
    return [
        tf.TensorSpec(array.shape if length is None else (length, *array.shape[1:]), array.dtype)
        for array in arrays
    ]


def compiled(function: Callable[..., Any], *specs: tf.TensorSpec) -> Callable[..., Any]:
    """``function`` traced once and compiled by XLA; takes tensors and nothing else."""
    traced = tf.function(function, specs, autograph=False, jit_compile=True)
    concrete = traced.get_concrete_function()
    # Past the binding of arguments to the signature, which costs more than the step itself
    run, variables = concrete.inference_fn.call_flat, concrete.captured_inputs
    return lambda *tensors: run(*tensors, *variables)


class Memory:
    def __init__(self, device: str) -> None:
        self.device = f"/{KINDS[device]}:0"

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        with tf.device(self.device):
            return tuple(map(tf.constant, arrays))

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array.numpy()) for array in arrays)

    def wait(self, value: Any) -> None:
        if self.device != "/CPU:0":  # which returns only when the work is done
            tf.test.experimental.sync_devices()
