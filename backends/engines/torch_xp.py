"""The array API on torch's tensors: array-api-compat's, where torch has none in one operation.

In eager torch every operation has its price, and so has every call around it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from array_api_compat import torch as compat

from backends.base import Array

Axis = int | tuple[int, ...] | None


def of_tensors(function: Callable[[Array, Array], Array]) -> Callable[[Any, Any], Array]:
    """``function`` of two tensors, of which one may be a number too.

    array-api-compat asks torch for the dtype of what it makes of a number, which breaks the graph
    of torch.compile.
    """

    def of_numbers_too(x1: Any, x2: Any, /) -> Array:
        if not isinstance(x1, torch.Tensor):
            x1 = x2.new_full((), x1)
        elif not isinstance(x2, torch.Tensor):
            x2 = x1.new_full((), x2)
        return function(x1, x2)

    return of_numbers_too


def bounding(
    of_two: Callable[[Array, Array], Array], by_number: Callable[[Array, float], Array]
) -> Callable[[Any, Any], Array]:
    """``of_two`` tensors; of one and a number the operation that torch has for it."""

    def bounded(x1: Any, x2: Any, /) -> Array:
        if not isinstance(x2, torch.Tensor):
            return by_number(x1, x2)
        return of_two(x1, x2) if isinstance(x1, torch.Tensor) else by_number(x2, x1)

    return bounded


def at_least(x: Array, number: float) -> Array:
    return torch.relu(x) if number == 0 else torch.clamp_min(x, number)


def reducing(of_axes: Callable[..., Array]) -> Callable[..., Array]:
    """``of_axes``, which keeps dimensions of named axes only."""

    def reduced(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
        if axis is None and not keepdims:
            return of_axes(x)
        return of_axes(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)

    return reduced


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    return torch.logsumexp(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)


xp: Any = ModuleType("xp")
vars(xp).update(
    vars(compat),
    **{name: of_tensors(getattr(compat, name)) for name in ("atan2", "hypot", "logaddexp")},
    maximum=bounding(torch.maximum, at_least),
    minimum=bounding(torch.minimum, torch.clamp_max),
    sum=reducing(torch.sum),
    mean=reducing(torch.mean),
    logsumexp=logsumexp,
)
