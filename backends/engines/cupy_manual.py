"""CuPy with the gradient written by hand: NumPy's program on a GPU, in as few launches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem

os.environ["CUPY_TF32"] = "0"  # float32 means float32
# Kernels are compiled anew in each process, and nothing is written to the user's cache
os.environ["CUPY_CACHE_IN_MEMORY"] = "1"

import cupy as cp

# On small arrays a launch is all that a kernel costs: one where operators would take two
subtract_labels = cp.ElementwiseKernel(
    "T b, T y", "T residual", "residual += b - y", "subtract_labels"
)
descend = cp.ElementwiseKernel("T grad, T rate", "T param", "param -= rate * grad", "descend")


class CupyManual:
    name = "cupy"
    framework = "cupy"
    differentiation = "hand-written"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cuda":
            return Refusal("unsupported", f"CuPy computes on cuda only, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        if not cp.cuda.is_available():
            return Refusal("unavailable", f"CuPy {cp.__version__} finds no CUDA device and driver")
        one = cp.zeros(1, dtype)
        try:
            descend(one, np.dtype(dtype).type(0), one)
        except Exception as error:  # CuPy's, NVRTC's or the loader's, by what is missing
            told = (str(error).strip().splitlines() or ["no message"])[0]
            what = f"CuPy {cp.__version__} cannot compile a kernel ({told})"
            advice = "Install cupy-cuda12x[ctk] or cupy-cuda13x[ctk], or set CUDA_PATH."
            return Refusal("unavailable", f"{what}. {advice}")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return CupyPrepared(problem, dtype)

    def facts(self, device: str) -> Mapping[str, str | int]:
        found: dict[str, str | int] = {"version": cp.__version__, "tf32": "off"}
        if device == "cuda" and cp.cuda.is_available():
            found["gpu"] = cp.cuda.runtime.getDeviceProperties(cp.cuda.Device().id)["name"].decode()
            # The pool gives nothing back by itself: what it holds is the most it ever held
            found["device_peak_bytes"] = cp.get_default_memory_pool().total_bytes()
        return found


class CupyPrepared:
    def __init__(self, problem: Problem, dtype: str) -> None:
        self.X, self.y = self.put((problem.X, problem.y))  # (n, d), (n,)
        self.params = self.put((problem.w_start, problem.b_start))  # (d, 1), (1,)
        self.batch_size = problem.spec.batch_size
        self.rate = np.dtype(dtype).type(problem.spec.lr / problem.spec.batch_size)

    @property
    def stepwise(self) -> CupyPrepared:
        return self

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        return tuple(map(cp.array, arrays))

    def start(self) -> Params:
        return tuple(param.copy() for param in self.params)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = cp.asarray(order)
        X, y = self.X.take(chosen, axis=0), self.y.take(chosen)
        for first in range(0, len(order), self.batch_size):
            yield X[first : first + self.batch_size], y[first : first + self.batch_size]

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        # loss = sum r^2 / 2 with r = X w + b - y, so dloss/dw = X^T r and dloss/db = sum r
        residual = X.dot(w)  # (batch, 1)
        subtract_labels(b, y[:, None], residual)
        return X.T.dot(residual), residual.sum(axis=0)

    def step(self, params: Params, batch: Batch) -> Params:
        for param, grad in zip(params, self.gradient(params, batch), strict=True):
            descend(grad, self.rate, param)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        w, b = params
        residual = self.X.dot(w)[:, 0] + b - self.y  # (n,)
        return residual.dot(residual) / (2 * len(residual))

    def wait(self, value: Any) -> None:
        cp.cuda.Device().synchronize()

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(map(cp.asnumpy, arrays))
