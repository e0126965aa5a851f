"""Torch's eager autograd, twice: the lesson's own loop, and the same program as good as it gets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import DTYPES, Array, Batch, Params, Prepared, Refusal, epoch_of_steps
from backends.problem import Problem

torch.set_float32_matmul_precision("highest")  # no TF32: float32 means float32 on a GPU too
if os.environ.get("OMP_NUM_THREADS", "").isdigit():
    # Intra-op threads follow the variable by themselves; inter-op ones have none of their own
    # and may be set only once, before the pool is in use.
    with contextlib.suppress(RuntimeError):
        torch.set_num_interop_threads(int(os.environ["OMP_NUM_THREADS"]))


def refusal(device: str, dtype: str) -> Refusal | None:
    if device not in ("cpu", "cuda"):
        return Refusal("unsupported", f"this backend runs torch on cpu and cuda, not on {device}")
    if dtype not in DTYPES:
        return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
    if device == "cuda" and not torch.cuda.is_available():
        build = torch.version.cuda or "none: a CPU build"
        return Refusal("unavailable", f"torch finds no CUDA device (its CUDA version: {build})")
    return None


def facts(device: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {
        "version": torch.__version__,
        "threads": torch.get_num_threads(),
        "interop_threads": torch.get_num_interop_threads(),
        "matmul_precision": torch.get_float32_matmul_precision(),
    }
    if device == "cuda" and torch.cuda.is_available():
        found["gpu"] = torch.cuda.get_device_name()
        found["device_peak_bytes"] = torch.cuda.max_memory_allocated()
    return found


class Data:
    """The problem's arrays as tensors on ``device``, and the moves that need no gradient."""

    def __init__(self, problem: Problem, device: str) -> None:
        arrays = (problem.X, problem.y, problem.w_start, problem.b_start)
        # torch.tensor copies: the problem's arrays are read-only, which tensors cannot be
        self.X, self.y, *start = (torch.tensor(array, device=device) for array in arrays)
        self.params = tuple(start)  # (d, 1), (1,)
        self.device = device

    def start(self) -> Params:
        return tuple(param.clone().requires_grad_() for param in self.params)

    def wait(self) -> None:
        if self.device == "cuda":
            torch.cuda.synchronize()


def fetch(arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
    return tuple(array.detach().cpu().numpy().copy() for array in arrays)


class TorchLesson:
    """The lesson's loop as the lesson writes it: the baseline, kept faithful, not fast."""

    name = "torch-lesson"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        return refusal(device, dtype)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return LessonPrepared(problem, device)

    def facts(self, device: str) -> Mapping[str, str | int]:
        return facts(device)


class LessonPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        self.data = Data(problem, device)
        self.start = self.data.start
        self.lr, self.batch_size = problem.spec.lr, problem.spec.batch_size

    @property
    def stepwise(self) -> LessonPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        data, indices = self.data, order.tolist()
        for first in range(0, len(indices), self.batch_size):
            chosen = torch.LongTensor(indices[first : first + self.batch_size]).to(data.device)
            yield data.X.index_select(0, chosen), data.y.index_select(0, chosen)

    def losses(self, params: Params, batch: Batch) -> Array:  # (batch, 1)
        w, b = params
        X, y = batch
        y_hat = torch.mm(X, w) + b
        return (y_hat - y.view(y_hat.size())) ** 2 / 2

    def gradient(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        slopes = tuple(param.grad for param in params)
        for param in params:
            param.grad = None  # else the next call would add to what was handed out
        return slopes

    def step(self, params: Params, batch: Batch) -> Params:
        self.losses(params, batch).sum().backward()
        for param in params:
            param.data -= self.lr * param.grad / self.batch_size
        for param in params:
            param.grad.data.zero_()
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        return self.losses(params, (self.data.X, self.data.y)).mean()

    def wait(self, value: Any) -> None:
        self.data.wait()

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return fetch(arrays)


class TorchEager:
    """Eager autograd with every avoidable call taken out, and nothing else."""

    name = "torch"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        return refusal(device, dtype)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return EagerPrepared(problem, device)

    def facts(self, device: str) -> Mapping[str, str | int]:
        return facts(device)


class EagerPrepared:
    def __init__(self, problem: Problem, device: str) -> None:
        self.data = Data(problem, device)
        self.start = self.data.start
        self.batch_size = problem.spec.batch_size
        self.rate = problem.spec.lr / problem.spec.batch_size

    @property
    def stepwise(self) -> EagerPrepared:
        return self

    def batches(self, order: np.ndarray) -> Iterator[Batch]:
        chosen = torch.tensor(order, device=self.data.device)
        X, y = self.data.X.index_select(0, chosen), self.data.y.index_select(0, chosen)
        return zip(torch.split(X, self.batch_size), torch.split(y, self.batch_size), strict=True)

    def gradient(self, params: Params, batch: Batch) -> Params:
        w, b = params
        X, y = batch
        y_hat = torch.addmm(b, X, w)  # (batch, 1)
        summed_loss = mse_loss(y_hat, y[:, None], reduction="sum") / 2
        return torch.autograd.grad(summed_loss, params)

    def step(self, params: Params, batch: Batch) -> Params:
        w, b = params
        dw, db = self.gradient(params, batch)
        # In place, on a view that autograd does not follow: cheaper than entering no_grad
        w.detach().sub_(dw, alpha=self.rate)
        b.detach().sub_(db, alpha=self.rate)
        return params

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        return epoch_of_steps(self, params, order)

    def loss(self, params: Params) -> Array:
        w, b = params
        with torch.no_grad():
            return mse_loss(torch.addmm(b, self.data.X, w), self.data.y[:, None]) / 2

    def wait(self, value: Any) -> None:
        self.data.wait()

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return fetch(arrays)
