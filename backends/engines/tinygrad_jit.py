"""tinygrad: ``Tensor.gradient`` under ``TinyJit``, several steps a call, compiled by clang."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from backends.base import Array, Backend, Batch, Params, Refusal, unfit
from backends.engines.numpy_host import writable
from problems.problem import Problem

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

from backends.engines.tinygrad_xp import xp

LARGEST = 2**31  # the order of the examples is held in int32
STEPS_A_CALL = 25  # capturing takes time for each; measured: more gain nothing


def over(memory: np.ndarray) -> Tensor:
    """A tensor over NumPy's own ``memory``, which must outlive it."""
    dtype = getattr(dtypes, str(memory.dtype))
    return Tensor.from_blob(memory.ctypes.data, memory.shape, dtype=dtype)


def linreg(params: Params, batch: Batch) -> Tensor:
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y.unsqueeze(1)  # (batch, 1)
    loss: Tensor = (residual.square() / 2).sum()
    return loss


FORMS: dict[str, Callable[[Params, Batch], Tensor]] = {"linreg": linreg}  # summed losses


class Memory:
    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Tensor, ...]:
        return tuple(Tensor(array).realize() for array in arrays)

    def fetch(self, arrays: tuple[Tensor, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array.numpy()) for array in arrays)

    def wait(self, value: Any) -> None:
        Device["CPU"].synchronize()


class Jit:
    steps = None

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        n, size, n_visited = problem.spec.n_examples, problem.batch_size, problem.n_visited
        self.size, self.rate, self.memory = size, problem.rate, Memory()
        objective = problem.objective
        self.summed_loss = FORMS.get(objective.name) or partial(objective.loss, xp)
        self.params, first, self.data = map(
            self.memory.put, (problem.start, problem.start, problem.data)
        )
        self.restart = TinyJit(lambda: self.become(*first))
        self.mean_loss = TinyJit(lambda: self.summed_loss(self.params, self.data) / n)
        # TinyJit keeps to its buffers: each call finds its examples in the same memory, a
        # minibatch a slot; the kernels load vectors, so that every slot must be aligned
        self.slot = -(-size // 16) * 16  # 64 bytes of the smallest dtype
        self.chosen = writable(np.zeros((STEPS_A_CALL, self.slot), np.int32))
        self.gathered = [
            writable(np.zeros((STEPS_A_CALL * self.slot, *array.shape[1:]), array.dtype))
            for array in problem.data
        ]
        # One for the rows of a call, one for those left over at the end of an epoch
        self.rows = min(n_visited, STEPS_A_CALL * size)
        self.calls = {rows: self.jitted(rows) for rows in {self.rows, n_visited % self.rows} - {0}}

    def jitted(self, rows: int) -> Callable[[], None]:
        """The steps over the first ``rows`` of what is chosen, as one call."""
        size, slot = self.size, self.slot
        n_batches = -(-rows // size)
        used = [memory[: n_batches * slot] for memory in self.gathered]
        chosen, slots = over(self.chosen[:n_batches].reshape(-1)), [over(memory) for memory in used]
        lengths = [min(size, rows - first) for first in range(0, rows, size)]
        batches = [
            tuple(over(memory[k * slot : k * slot + length]) for memory in used)
            for k, length in enumerate(lengths)
        ]

        def run() -> None:
            pairs = zip(slots, self.data, strict=True)
            Tensor.realize(*(gathered.assign(array[chosen]) for gathered, array in pairs))
            params = self.params
            for batch in batches:
                grads = self.summed_loss(params, batch).gradient(*params)
                params = tuple(p - self.rate * s for p, s in zip(params, grads, strict=True))
                Tensor.realize(*params)  # else the steps would be scheduled as one
            self.become(*params)

        return TinyJit(run)

    def become(self, *values: Tensor) -> None:
        Tensor.realize(*(p.assign(value) for p, value in zip(self.params, values, strict=True)))

    def start(self) -> Params:
        self.restart()
        return self.params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for first in range(0, len(order), self.rows):
            chosen = order[first : first + self.rows]
            whole, short = divmod(len(chosen), self.size)
            cut = whole * self.size
            self.chosen[:whole, : self.size] = chosen[:cut].reshape(whole, self.size)
            if short:
                self.chosen[whole, :short] = chosen[cut:]
            self.calls[len(chosen)]()
        return params

    def loss(self, params: Params) -> Array:
        return self.mean_loss()


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where tinygrad can run ``problem`` on ``device`` in ``dtype``, else why not."""
    if refused := unfit("tinygrad", device, ("cpu",), dtype):
        return refused
    n = problem.spec.n_examples
    if n >= LARGEST:
        return Refusal("unsupported", f"orders are held in int32: below 2^31 examples, not {n}")
    if shutil.which("clang") is None:
        what = "tinygrad compiles for its CPU device with clang, which is not found"
        return Refusal("unavailable", f"{what} (Debian: apt install clang)")
    return None


def facts(device: str) -> Mapping[str, str | int]:
    return {
        "version": version("tinygrad"),
        "threads": NUM_CPU_THREADS.value,
        "steps_a_call": STEPS_A_CALL,
    }


tinygrad_jit = Backend(
    *("tinygrad", "tinygrad", "autodiff", "compiled epoch"), supports, Jit, facts, FORMS
)
