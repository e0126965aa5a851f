"""What every torch backend shares: memory, what it refuses, what torch says of itself, a loop."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import torch

from backends.base import Array, Batch, Params, Refusal, epoch_of_steps, unfit
from problems.problem import Problem

torch.set_float32_matmul_precision("highest")  # no TF32: float32 means float32 on a GPU too
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    # Intra-op threads follow the variable by themselves; inter-op ones have none of their own
    # and may be set only once, before the pool is in use.
    with contextlib.suppress(RuntimeError):
        torch.set_num_interop_threads(int(os.environ["OMP_NUM_THREADS"]))


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where torch can run on ``device`` in ``dtype``, else why not."""
    refusal = unfit("torch", device, ("cpu", "cuda"), dtype)
    if refusal is None and device == "cuda" and not torch.cuda.is_available():
        build = torch.version.cuda or "none: a CPU build"
        return Refusal("unavailable", f"torch finds no CUDA device (its CUDA version: {build})")
    return refusal


def facts(device: str) -> dict[str, str | int | float]:
    """What torch says of itself, and of the GPU where ``device`` is one."""
    found: dict[str, str | int | float] = {
        "version": torch.__version__,
        "threads": torch.get_num_threads(),
        "interop_threads": torch.get_num_interop_threads(),
        "matmul_precision": torch.get_float32_matmul_precision(),
    }
    if device == "cuda" and torch.cuda.is_available():
        found["gpu"] = torch.cuda.get_device_name()
        found["device_peak_bytes"] = torch.cuda.max_memory_allocated()
    return found


class Memory:
    """Torch's memory on ``device``."""

    def __init__(self, device: str) -> None:
        self.device = device

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        # torch.tensor copies: the problem's arrays are read-only, which tensors cannot be
        return tuple(torch.tensor(array, device=self.device) for array in arrays)

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(array.detach().cpu().numpy().copy() for array in arrays)

    def wait(self, value: Any) -> None:
        if self.device == "cuda":
            torch.cuda.synchronize()


class Tensors:
    """The problem's arrays as tensors on ``device``, and what needs no gradient."""

    follows: ClassVar[bool] = False  # whether autograd follows the parameters

    def __init__(self, problem: Problem, device: str) -> None:
        self.memory, self.rate, self.size = Memory(device), problem.rate, problem.batch_size
        self.data, self.first = self.memory.put(problem.data), self.memory.put(problem.start)

    def start(self) -> Params:
        return tuple(param.clone().requires_grad_(self.follows) for param in self.first)

    def gathered(self, order: np.ndarray) -> Batch:
        """All examples in ``order``: one transfer and one gather an epoch."""
        chosen = torch.tensor(order, device=self.memory.device)
        return tuple(array.index_select(0, chosen) for array in self.data)


class Loop(Tensors):
    """A program that is a loop of steps; a subclass brings both of them, and the loss."""

    gradient: Callable[[Params, Batch], Params]
    step: Callable[[Params, Batch], Params]

    @property
    def steps(self) -> Loop:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        parts = (torch.split(array, self.size) for array in self.gathered(order))
        return zip(*parts, strict=True)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)
