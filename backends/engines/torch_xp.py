"""The array API on torch's tensors: of array-api-compat, with numbers torch.compile can trace."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from array_api_compat import torch as compat

from backends.base import Array

# array-api-compat asks torch for the dtype of what it makes of a number, which breaks the graph
TAKING_NUMBERS = ("maximum", "minimum", "atan2", "hypot", "logaddexp")


def of_tensors(function: Callable[[Array, Array], Array]) -> Callable[[Any, Any], Array]:
    """``function`` of two tensors, of which one may be a number too."""

    def of_numbers_too(x1: Any, x2: Any, /) -> Array:
        if not isinstance(x1, torch.Tensor):
            x1 = x2.new_full((), x1)
        elif not isinstance(x2, torch.Tensor):
            x2 = x1.new_full((), x2)
        return function(x1, x2)

    return of_numbers_too


xp: Any = ModuleType("xp")
own = {name: of_tensors(getattr(compat, name)) for name in TAKING_NUMBERS}
vars(xp).update(vars(compat), **own)
