"""The vocabulary of objectives on tinygrad's tensors, by the array API's names and keywords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import methodcaller
from types import SimpleNamespace
from typing import Any

from tinygrad.tensor import Tensor

Axis = int | tuple[int, ...] | None


def either_way(name: str) -> Callable[[Any, Any], Tensor]:
    """The method ``name``, which does not ask for an order, of two of which one may be a number."""

    def of_two(x1: Any, x2: Any, /) -> Any:
        first, second = (x1, x2) if isinstance(x1, Tensor) else (x2, x1)
        return getattr(first, name)(second)

    return of_two


def reducing(name: str) -> Callable[..., Tensor]:
    def of_tensor(x: Tensor, /, *, axis: Axis = None, keepdims: bool = False) -> Any:
        return getattr(x, name)(axis, keepdim=keepdims)

    return of_tensor


def where(condition: Tensor, x1: Any, x2: Any, /) -> Tensor:
    return condition.where(x1, x2)


def reshape(x: Tensor, /, shape: int | Sequence[int]) -> Tensor:
    return x.reshape(shape)


def concat(arrays: Sequence[Tensor], /, *, axis: int = 0) -> Tensor:
    first, *others = arrays
    return first.cat(*others, dim=axis)


def take(x: Tensor, indices: Tensor, /, *, axis: int = 0) -> Tensor:
    return x[(slice(None),) * (axis % x.ndim) + (indices,)]


xp = SimpleNamespace(
    **{name: methodcaller(name) for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "abs")},
    **{name: either_way(name) for name in ("maximum", "minimum")},
    **{name: reducing(name) for name in ("sum", "mean", "max", "min", "logsumexp")},
    where=where,
    reshape=reshape,
    concat=concat,
    take=take,
)
