"""CuPy with the gradient written by hand: NumPy's program on a GPU, in as few launches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from backends.base import (
    Array,
    Backend,
    Batch,
    Params,
    Refusal,
    epoch_of_steps,
    not_by_hand,
    unfit,
)
from problems.namespace import logsumexp_of
from problems.objective import Objective
from problems.problem import Problem

os.environ["CUPY_TF32"] = "0"  # float32 means float32
# Kernels are compiled anew in each process, and nothing is written to the user's cache
os.environ["CUPY_CACHE_IN_MEMORY"] = "1"

import cupy as cp

xp = SimpleNamespace(**{**vars(cp), "logsumexp": logsumexp_of(cp)})

Gradient = Callable[[Params, Batch], Params]

# On small arrays a launch is all that a kernel costs: one where operators would take two
subtract_labels = cp.ElementwiseKernel(
    "T b, T y", "T residual", "residual += b - y", "subtract_labels"
)
descend = cp.ElementwiseKernel("T grad, T rate", "T param", "param -= rate * grad", "descend")


def linreg(params: Params, batch: Batch) -> Params:
    (w, b), (X, y) = params, batch
    residual = X.dot(w)  # (batch, 1)
    subtract_labels(b, y[:, None], residual)
    return X.T.dot(residual), residual.sum(axis=0)


GRADIENTS: dict[str, Gradient] = {"linreg": linreg}


def by_hand(objective: Objective) -> Gradient:
    if objective.name in GRADIENTS:
        return GRADIENTS[objective.name]
    assert objective.gradient is not None, "else it is refused"
    return partial(objective.gradient, xp)


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where CuPy finds a GPU and what compiles kernels for it, else why not."""
    if refused := unfit("CuPy", device, ("cuda",), dtype) or not_by_hand(problem, GRADIENTS):
        return refused
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


def facts(device: str) -> Mapping[str, str | int]:
    found: dict[str, str | int] = {"version": cp.__version__, "tf32": "off"}
    if device == "cuda" and cp.cuda.is_available():
        found["gpu"] = cp.cuda.runtime.getDeviceProperties(cp.cuda.Device().id)["name"].decode()
        # The pool gives nothing back by itself: what it holds is the most it ever held
        found["device_peak_bytes"] = cp.get_default_memory_pool().total_bytes()
    return found


class Memory:
    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        return tuple(map(cp.array, arrays))

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(map(cp.asnumpy, arrays))

    def wait(self, value: Any) -> None:
        cp.cuda.Device().synchronize()


class Manual:
    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        self.memory, self.size, self.objective = Memory(), problem.batch_size, problem.objective
        self.first, self.data = map(self.memory.put, (problem.start, problem.data))
        self.rate = np.dtype(dtype).type(problem.rate)
        self.gradient = by_hand(self.objective)

    @property
    def steps(self) -> Manual:
        return self

    def start(self) -> Params:
        return tuple(param.copy() for param in self.first)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = cp.asarray(order)
        taken = [array.take(chosen, axis=0) for array in self.data]
        for first in range(0, len(order), self.size):
            yield tuple(array[first : first + self.size] for array in taken)

    def step(self, params: Params, batch: Batch) -> Params:
        for param, grad in zip(params, self.gradient(params, batch), strict=True):
            descend(grad, self.rate, param)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.objective.loss(xp, params, self.data) / len(self.data[0])


cupy_manual = Backend("cupy", "cupy", "hand-written", "eager", supports, Manual, facts, GRADIENTS)
