"""CuPy as far as our engine uses it, on NumPy's arrays: a GPU that is not there."""

from __future__ import annotations

import re
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


class ElementwiseKernel:
    """The operation on whole arrays, which changes its output in place."""

    def __init__(self, inputs: str, outputs: str, operation: str, name: str) -> None:
        self.names = re.findall(r"T (\w+)", f"{inputs}, {outputs}")
        self.operation = operation

    def __call__(self, *arrays: Any) -> None:
        assert len({array.dtype for array in arrays}) == 1, "every T is one type"
        exec(self.operation, {}, dict(zip(self.names, arrays, strict=True)))


class Device:
    id = 0

    def synchronize(self) -> None:
        """NumPy returns only when the work is done."""


def fake_cupy() -> ModuleType:
    """The module that ``import cupy`` is to find."""
    fake = ModuleType("cupy")
    fake.__dict__.update(
        __version__="14.0",
        ElementwiseKernel=ElementwiseKernel,
        array=np.array,
        asarray=np.asarray,
        asnumpy=np.array,
        sum=np.sum,
        zeros=np.zeros,
        cuda=SimpleNamespace(
            Device=Device,
            is_available=lambda: True,
            runtime=SimpleNamespace(getDeviceProperties=lambda _: {"name": b"a fake GPU"}),
        ),
        get_default_memory_pool=lambda: SimpleNamespace(total_bytes=lambda: 4096),
    )
    return fake
