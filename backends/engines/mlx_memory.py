"""What MLX's backends share: what they refuse, what MLX says of itself, its memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import mlx.core as mx
import numpy as np

from backends.base import Array, Batch, Refusal, unfit
from backends.temporary import not_executable
from problems.problem import Problem

os.environ["MLX_ENABLE_TF32"] = "0"  # float32 means float32 on a GPU too
# What ``mx.compile`` builds for a CPU is kept below TMPDIR from one process to the next:
# with a folder of its own this process compiles, and leaves nothing behind.
OWN_FOLDER = tempfile.TemporaryDirectory(prefix="mlx-")
os.environ["TMPDIR"] = OWN_FOLDER.name


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where MLX can run on ``device`` in ``dtype``, else why not."""
    if refused := unfit("MLX", device, ("cpu", "metal"), dtype):
        return refused
    if device == "metal" and dtype == "float64":
        return Refusal("unsupported", "Metal has no float64; MLX computes in it on the cpu only")
    if device == "metal" and not mx.metal.is_available():
        return Refusal("unavailable", "MLX finds no Metal device; it takes an Apple silicon Mac")
    return None


def supports_compiled(problem: Problem, device: str, dtype: str) -> Refusal | None:
    if refused := supports(problem, device, dtype):
        return refused
    # Without the compiler MLX would run op by op, and say nothing
    if device == "cpu" and shutil.which("g++") is None:
        return Refusal("unavailable", "mx.compile needs g++ on a CPU (Debian: apt install g++)")
    return not_executable("mx.compile")


def facts(device: str) -> Mapping[str, str | int]:
    """MLX's version; no threads, for on a CPU it runs a graph on one and has no pool."""
    return {"version": version("mlx"), "matmul_precision": "float32: TF32 is off"}


class Memory:
    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        # Its dtype is named because MLX would take float64 for float32
        return tuple(mx.array(array, getattr(mx, str(array.dtype))) for array in arrays)

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    def wait(self, value: Any) -> None:
        mx.eval(value)
        mx.synchronize()


def gathered(data: Batch, chosen: Array) -> Batch:
    """The examples ``chosen`` of ``data``, in their order."""
    return tuple(mx.take(array, chosen, axis=0) for array in data)


def minibatches(examples: Batch, size: int) -> Iterator[Batch]:
    """``examples`` cut into minibatches of ``size``; the last may be short."""
    cuts = list(range(size, len(examples[0]), size))
    return zip(*(mx.split(array, cuts) for array in examples), strict=True)
