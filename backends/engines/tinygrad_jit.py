"""tinygrad: ``Tensor.gradient`` under ``TinyJit``, several steps a call, compiled by clang."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from backends.base import DTYPES, Array, Params, Prepared, Refusal
from backends.problem import Problem, aligned

# Kernels are compiled anew in each process, and nothing is written to the user's cache
os.environ.update(DEV="CPU", CC="clang", CCACHE="0", CACHELEVEL="0")
# A user's own would make another program of it, or make it talk
os.environ.update(JIT="1", BEAM="0", JITBEAM="0", NOOPT="0", DEBUG="0")
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    os.environ["NUM_CPU_THREADS"] = os.environ["OMP_NUM_THREADS"]  # not OpenMP's own threads

from tinygrad.device import Device
from tinygrad.dtype import dtypes
from tinygrad.engine.jit import TinyJit
from tinygrad.helpers import NUM_CPU_THREADS
from tinygrad.tensor import Tensor

LARGEST = 2**31  # the order of the examples is held in int32
STEPS_A_CALL = 25  # capturing takes time for each; measured: more gain nothing


class TinygradJit:
    name = "tinygrad"
    framework = "tinygrad"
    differentiation = "autodiff"
    execution = "compiled epoch"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cpu":
            return Refusal("unsupported", f"this backend runs tinygrad on the cpu, not on {device}")
        if dtype not in DTYPES:
            return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
        n = problem.spec.n_examples
        if n >= LARGEST:
            return Refusal("unsupported", f"orders are held in int32: below 2^31 examples, not {n}")
        if shutil.which("clang") is None:
            what = "tinygrad compiles for its CPU device with clang, which is not found"
            return Refusal("unavailable", f"{what} (Debian: apt install clang)")
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return TinygradPrepared(problem)

    def facts(self, device: str) -> Mapping[str, str | int]:
        return {
            "version": version("tinygrad"),
            "threads": NUM_CPU_THREADS.value,
            "steps_a_call": STEPS_A_CALL,
        }


def over(memory: np.ndarray) -> Tensor:
    """A tensor over NumPy's own ``memory``, which must outlive it."""
    dtype = getattr(dtypes, str(memory.dtype))
    return Tensor.from_blob(memory.ctypes.data, memory.shape, dtype=dtype)


def writable(values: np.ndarray) -> np.ndarray:
    """A copy of ``values`` on a 64-byte boundary."""
    copy = aligned(values, str(values.dtype))
    copy.setflags(write=True)
    return copy


def summed_loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
    w, b = params
    residual = X @ w + b - y.unsqueeze(1)  # (batch, 1)
    loss: Tensor = (residual.square() / 2).sum()
    return loss


class TinygradPrepared:
    stepwise = None

    def __init__(self, problem: Problem) -> None:
        n, size = problem.spec.n_examples, problem.spec.batch_size
        self.batch_size, self.rate = size, problem.spec.lr / size
        self.X, self.y = self.put((problem.X, problem.y))  # (n, d), (n,)
        self.params = self.put((problem.w_start, problem.b_start))  # (d, 1), (1,)
        first = self.put((problem.w_start, problem.b_start))
        self.restart = TinyJit(lambda: self.become(*first))
        self.mean_loss = TinyJit(lambda: summed_loss(self.params, self.X, self.y) / n)
        # TinyJit keeps to its buffers: each call finds its examples in the same memory, a
        # minibatch a slot; the kernels load vectors, so that every slot must be aligned
        self.slot = -(-size // 16) * 16  # 64 bytes of the smallest dtype
        self.chosen = writable(np.zeros((STEPS_A_CALL, self.slot), np.int32))
        in_slots = STEPS_A_CALL * self.slot
        self.gathered = (
            writable(np.zeros((in_slots, problem.spec.n_features), problem.X.dtype)),
            writable(np.zeros(in_slots, problem.y.dtype)),
        )
        # One for the rows of a call, one for those left over at the end of an epoch
        n_visited = problem.n_visited
        self.rows = min(n_visited, STEPS_A_CALL * size)
        self.steps = {rows: self.jitted(rows) for rows in {self.rows, n_visited % self.rows} - {0}}

    def jitted(self, rows: int) -> Callable[[], None]:
        """The steps over the first ``rows`` of what is chosen, as one call."""
        size, slot = self.batch_size, self.slot
        n_batches = -(-rows // size)
        used = [memory[: n_batches * slot] for memory in self.gathered]
        chosen, X, y = over(self.chosen[:n_batches].reshape(-1)), over(used[0]), over(used[1])
        lengths = [min(size, rows - first) for first in range(0, rows, size)]
        batches = [
            tuple(over(memory[k * slot : k * slot + length]) for memory in used)
            for k, length in enumerate(lengths)
        ]

        def run() -> None:
            Tensor.realize(X.assign(self.X[chosen]), y.assign(self.y[chosen]))
            params = self.params
            for batch in batches:
                grads = summed_loss(params, *batch).gradient(*params)
                params = tuple(p - self.rate * s for p, s in zip(params, grads, strict=True))
                Tensor.realize(*params)  # else the steps would be scheduled as one
            self.become(*params)

        return TinyJit(run)

    def become(self, *values: Tensor) -> None:
        Tensor.realize(*(p.assign(value) for p, value in zip(self.params, values, strict=True)))

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Tensor, ...]:
        return tuple(Tensor(array).realize() for array in arrays)

    def start(self) -> Params:
        self.restart()
        return self.params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for first in range(0, len(order), self.rows):
            chosen = order[first : first + self.rows]
            whole, short = divmod(len(chosen), self.batch_size)
            cut = whole * self.batch_size
            self.chosen[:whole, : self.batch_size] = chosen[:cut].reshape(whole, self.batch_size)
            if short:
                self.chosen[whole, :short] = chosen[cut:]
            self.steps[len(chosen)]()
        return params

    def loss(self, params: Params) -> Array:
        return self.mean_loss()

    def wait(self, value: Any) -> None:
        Device["CPU"].synchronize()

    def fetch(self, arrays: tuple[Tensor, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array.numpy()) for array in arrays)
