"""The subject of a check, and what can be asked of it in NumPy's terms."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from backends.arm import Arm
from backends.base import DEVICES, Batch, Params, Prepared
from backends.contract import batches_of, fetched_arrays, require_params
from backends.problem import Problem
from backends.reference import closed_form

TOLERANCE = {"float32": 1e-5, "float64": 1e-12}  # on |x - ref| / max(1, max|ref|)

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Subject:
    """An arm, the problem in the arm's dtype, and the Prepared that was timed."""

    arm: Arm
    problem: Problem
    prepared: Prepared
    clock: Callable[[], float] = time.perf_counter  # seconds

    @property
    def tolerance(self) -> float:
        return TOLERANCE[self.arm.dtype]

    def minibatch(self, number: int) -> np.ndarray:
        """The example indices of minibatch ``number`` of the first epoch."""
        size = self.problem.spec.batch_size
        index: np.ndarray = self.problem.orders[0][number * size :][:size]
        return index

    def exact_gradient(self, params: Arrays, index: np.ndarray) -> Arrays:
        """The closed form in float64 at ``params`` for the examples ``index``."""
        w, b = (param.astype("float64") for param in params)
        X, y = (array[index].astype("float64") for array in (self.problem.X, self.problem.y))
        return closed_form(w, b, X, y)

    def of(self, problem: Problem) -> Subject:
        """The same arm, freshly prepared, on another problem."""
        problem = problem.astype(self.arm.dtype)
        return replace(self, problem=problem, prepared=self.arm.prepare(problem))

    def alone(self, index: np.ndarray) -> Subject:
        """The same arm on the examples ``index`` as one minibatch, with ``lr = batch_size``.

        Its epoch is then start minus gradient, which shows the gradient of an arm that runs
        whole epochs only, without the loss of digits that a small rate would bring.
        """
        n = len(index)
        spec = replace(self.problem.spec, n_examples=n, batch_size=n, epochs=1, lr=float(n))
        X, y = self.problem.X[index], self.problem.y[index]
        return self.of(replace(self.problem, spec=spec, X=X, y=y, orders=np.arange(n)[None]))


def fetched(prepared: Prepared, value: tuple[Any, ...]) -> Arrays:
    """``value`` waited for, as NumPy arrays."""
    prepared.wait(value)
    return fetched_arrays(prepared, value)


def epoch_from_start(prepared: Prepared, order: np.ndarray) -> Arrays:
    """The parameters after one epoch from the start."""
    start = require_params("start", prepared.start())
    return fetched(prepared, require_params("epoch", prepared.epoch(start, order)))


def gradient_of(subject: Subject, number: int) -> Arrays:
    """The gradient at the start, of minibatch ``number`` of the first epoch."""
    prepared = subject.prepared
    if prepared.stepwise is not None:
        batches = batches_of(prepared.stepwise, subject.problem.orders[0])
        batch = next(islice(batches, number, None))
        return stepwise_gradient(prepared, prepared.start(), batch)
    alone = subject.alone(subject.minibatch(number))
    before = fetched(alone.prepared, alone.prepared.start())
    after = epoch_from_start(alone.prepared, alone.problem.orders[0])
    return tuple(p - q for p, q in zip(before, after, strict=True))


def stepwise_gradient(prepared: Prepared, params: Params, batch: Batch) -> Arrays:
    """The gradient of one minibatch of an arm that can be taken apart."""
    assert prepared.stepwise is not None
    return fetched(prepared, require_params("gradient", prepared.stepwise.gradient(params, batch)))


DLPACK_DEVICES = {1: "cpu", 2: "cuda", 3: "cpu", 8: "metal", 13: "cuda"}  # 3: pinned, 13: managed
UNIFIED = "unified memory"  # which the CPU and Metal share: MLX's arrays on a Mac


def place_of(array: Any) -> tuple[str, str]:
    """Whose array it is and on which device, such as ``("torch", "cuda")``.

    By DLPack, which the array API standard asks for; an array that knows it not names its
    device itself, or is on the host. One in Metal's memory that names no device is on none.
    """
    package = type(array).__module__.partition(".")[0]
    if hasattr(array, "__dlpack_device__"):
        kind = int(array.__dlpack_device__()[0])
        device = DLPACK_DEVICES.get(kind, f"DLPack device {kind}")
        return package, device if device != "metal" or hasattr(array, "device") else UNIFIED
    named = str(getattr(array, "device", "cpu")).lower().replace("gpu", "cuda")  # TensorFlow's word
    return package, next((device for device in DEVICES if device in named), named)


def lies_on(device: str, asked: str) -> bool:
    """Whether an array whose ``place_of`` says ``device`` is where ``asked`` can work on it."""
    return device == asked or (device == UNIFIED and asked in ("cpu", "metal"))


def distance(got: Arrays, expected: Arrays) -> float:
    """The largest ``|x - ref| / max(1, max|ref|)``; NaN where any entry is NaN."""
    pairs = zip(got, expected, strict=True)
    return float(np.max([np.abs(x - ref).max() / max(1.0, np.abs(ref).max()) for x, ref in pairs]))
