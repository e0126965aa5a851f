"""What every torch backend shares: what it refuses, what torch says of itself, its tensors."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import DTYPES, Array, Batch, Params, Refusal
from backends.problem import Problem

torch.set_float32_matmul_precision("highest")  # no TF32: float32 means float32 on a GPU too
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    # Intra-op threads follow the variable by themselves; inter-op ones have none of their own
    # and may be set only once, before the pool is in use.
    with contextlib.suppress(RuntimeError):
        torch.set_num_interop_threads(int(os.environ["OMP_NUM_THREADS"]))


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where torch can run on ``device`` in ``dtype``, else why not."""
    if device not in ("cpu", "cuda"):
        return Refusal("unsupported", f"this backend runs torch on cpu and cuda, not on {device}")
    if dtype not in DTYPES:
        return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
    if device == "cuda" and not torch.cuda.is_available():
        build = torch.version.cuda or "none: a CPU build"
        return Refusal("unavailable", f"torch finds no CUDA device (its CUDA version: {build})")
    return None


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


class Tensors:
    """The problem's arrays as tensors on ``device``, and what needs no gradient."""

    def __init__(self, problem: Problem, device: str) -> None:
        self.device, self.batch_size = device, problem.spec.batch_size
        self.X, self.y = self.put((problem.X, problem.y))  # (n, d), (n,)
        self.params = self.put((problem.w_start, problem.b_start))  # (d, 1), (1,)

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        # torch.tensor copies: the problem's arrays are read-only, which tensors cannot be
        return tuple(torch.tensor(array, device=self.device) for array in arrays)

    def start(self) -> Params:
        return tuple(param.clone().requires_grad_() for param in self.params)

    def plain_start(self) -> Params:
        """Fresh parameters that autograd does not follow."""
        return tuple(param.clone() for param in self.params)

    def gathered(self, order: np.ndarray) -> Batch:
        """All examples in ``order``: one transfer and one gather an epoch."""
        chosen = torch.tensor(order, device=self.device)
        return self.X.index_select(0, chosen), self.y.index_select(0, chosen)

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        X, y = self.gathered(order)
        return zip(torch.split(X, self.batch_size), torch.split(y, self.batch_size), strict=True)

    def loss(self, params: Params) -> Array:
        w, b = params
        with torch.no_grad():
            return mse_loss(torch.addmm(b, self.X, w), self.y[:, None]) / 2

    def wait(self, value: Any) -> None:
        if self.device == "cuda":
            torch.cuda.synchronize()

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(array.detach().cpu().numpy().copy() for array in arrays)
