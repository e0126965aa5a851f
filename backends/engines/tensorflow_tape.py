"""TensorFlow: ``tf.GradientTape`` inside ``tf.function``, one step compiled by XLA a call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

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
from problems.problem import Problem

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # errors only
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # it talks; XLA makes the kernels here
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # not all of its memory at once

import tensorflow as tf  # it reads these variables when it loads

tf.config.experimental.enable_tensor_float_32_execution(False)  # float32 means float32
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    # TensorFlow's own pools know nothing of OpenMP's variable
    tf.config.threading.set_intra_op_parallelism_threads(int(os.environ["OMP_NUM_THREADS"]))
    tf.config.threading.set_inter_op_parallelism_threads(int(os.environ["OMP_NUM_THREADS"]))

KINDS = {"cpu": "CPU", "cuda": "GPU"}  # TensorFlow's names of the devices


def linreg(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y[:, None]  # (batch, 1)
    return tf.reduce_sum(residual**2) / 2


KERNELS: dict[str, Callable[[Params, Batch], Array]] = {"linreg": linreg}  # summed losses


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where TensorFlow can run ``problem`` on ``device`` in ``dtype``, else why not."""
    me = "TensorFlow"
    if refused := unfit(me, device, KINDS, dtype) or not_written(me, KERNELS, problem):
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


def compiled(function: Callable[..., Any], *signature: tf.TensorSpec) -> Callable[..., Any]:
    """``function`` traced once and compiled for each shape; takes tensors and nothing else."""
    traced = tf.function(function, signature, autograph=False, jit_compile=True)
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
        return tuple(np.array(array) for array in arrays)

    def wait(self, value: Any) -> None:
        if self.device != "/CPU:0":  # which returns only when the work is done
            tf.test.experimental.sync_devices()


class Tape:
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        size, n, rate = problem.batch_size, problem.spec.n_examples, problem.rate
        whole, short = divmod(problem.n_visited, size)
        self.sizes = tf.constant([size] * whole + [short] * (short > 0))
        self.memory, summed_loss = Memory(device), KERNELS[problem.objective.name]
        first, self.data = map(self.memory.put, (problem.start, problem.data))
        with tf.device(self.memory.device):
            # The one live set of parameters, which the compiled functions hold
            self.params = params = tuple(map(tf.Variable, first))

        def gradient(*batch: Array) -> Params:
            with tf.GradientTape() as tape:
                loss = summed_loss(params, batch)
            grads: Params = tape.gradient(loss, params)
            return grads

        def sgd_step(*batch: Array) -> None:
            for param, grad in zip(params, gradient(*batch), strict=True):
                param.assign_sub(rate * grad)

        # A batch of any length, so that the short one needs no trace of its own
        batch = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in self.data]
        self.grads, self.update = compiled(gradient, *batch), compiled(sgd_step, *batch)
        self.mean_loss = compiled(lambda *data: summed_loss(params, data) / n, *batch)
        self.restart = compiled(
            lambda: [param.assign(v) for param, v in zip(params, first, strict=True)]
        )

    @property
    def steps(self) -> Tape:
        return self

    def start(self) -> Params:
        self.restart()
        return self.params

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        with tf.device(self.memory.device):
            chosen = tf.constant(order)
            # What tf.gather comes down to, in half its time
            parts = (tf.raw_ops.GatherV2(params=a, indices=chosen, axis=0) for a in self.data)
            return zip(*(tf.split(a, self.sizes, num=len(self.sizes)) for a in parts), strict=True)

    def gradient(self, params: Params, batch: Batch) -> Params:
        return tuple(self.grads(*batch))

    def step(self, params: Params, batch: Batch) -> Params:
        self.update(*batch)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        (mean,) = self.mean_loss(*self.data)
        return mean


tensorflow_tape = Backend(
    *("tensorflow", "tensorflow", "autodiff", "compiled step"), supports, Tape, facts
)
