"""The oracle's array namespace: the vocabulary of objectives, through which a complex step goes.

NumPy's are right but for those that take a complex number's magnitude or conjugate: these are
written by the real part, as they are for the real numbers that a loss is about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any

# What runs on every engine that runs objectives as written
AS_NUMPY = (
    *("exp", "log", "sqrt", "sin", "cos", "tanh", "maximum", "minimum", "where"),
    *("sum", "mean", "max", "min", "reshape", "take"),
)
EVERYWHERE = (*AS_NUMPY, "abs", "concat", "logsumexp")
INSTEAD = {
    "concatenate": "concat",
    "dot": "the operator @",
    "matmul": "the operator @",
    "power": "the operator **",
    "square": "a product",
    "var": "means of squares",
    "std": "means of squares",
    "clip": "maximum and minimum",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
    "tan": "sin(x) / cos(x)",
    "relu": "maximum(x, 0.0)",
    "softmax": "exp(z - logsumexp(z, axis=1, keepdims=True))",
    "log_softmax": "z - logsumexp(z, axis=1, keepdims=True)",
    "outer": "x[:, None] * y",
    "einsum": "the operator @ and sum",
    "tensordot": "the operator @",
    "transpose": "X.T",
    "matrix_transpose": "X.T",
    "stack": "concat and reshape",
    "asarray": "plain numbers, or one more array of the data",
    "array": "plain numbers, or one more array of the data",
    "pi": "math.pi",
}


def absolute(x: Array, /) -> Array:
    return np.where(np.real(x) < 0, -x, x)


def sign(x: Array, /) -> Array:
    return np.sign(np.real(x))


def vecdot(x: Array, y: Array, /, *, axis: int = -1) -> Array:
    return np.sum(x * y, axis=axis)


def hypot(x: Array, y: Array, /) -> Array:
    return np.sqrt(x * x + y * y)


def atan2(y: Array, x: Array, /) -> Array:
    a, b = np.real(y), np.real(x)
    turn = (b * np.imag(y) - a * np.imag(x)) / (a * a + b * b)
    return np.arctan2(a, b) + (1j * turn if np.iscomplexobj(x) or np.iscomplexobj(y) else 0.0)


def logaddexp(x: Array, y: Array, /) -> Array:
    top = np.maximum(np.real(x), np.real(y))
    return top + np.log(np.exp(x - top) + np.exp(y - top))


def logsumexp_of(xp: Any) -> Callable[..., Array]:
    """``log sum exp x`` by what ``xp`` has, as engines without one of their own are given it."""

    def logsumexp(
        x: Array, /, *, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
    ) -> Array:
        top = xp.max(x, axis=axis, keepdims=True)  # else exp overflows
        kept = xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)) + top
        return kept if keepdims else xp.sum(kept, axis=axis)  # over axes of length 1

    return logsumexp


def of_the_real_part(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A step function of ``x``: flat where it is differentiable at all."""
    return lambda x, /: function(np.real(x))


class Namespace:
    """``xp`` of the oracle. Raises AttributeError for a name that it does not know."""

    abs, sign, vecdot = staticmethod(absolute), staticmethod(sign), staticmethod(vecdot)
    hypot, atan2, logaddexp = staticmethod(hypot), staticmethod(atan2), staticmethod(logaddexp)
    floor, ceil = staticmethod(of_the_real_part(np.floor)), staticmethod(of_the_real_part(np.ceil))
    round = staticmethod(of_the_real_part(np.round))
    concat, logsumexp = staticmethod(np.concatenate), staticmethod(logsumexp_of(np))

    def __getattr__(self, name: str) -> Any:
        if name in AS_NUMPY:
            return getattr(np, name)
        advice = f"use {INSTEAD[name]}" if name in INSTEAD else f"expected one of {vocabulary()}"
        raise AttributeError(f"xp.{name} is not in the vocabulary of objectives; {advice}")


def vocabulary() -> str:
    """The names that the oracle knows, for people; not every engine has all of them."""
    own = (name for name in vars(Namespace) if not name.startswith("_"))
    return ", ".join(sorted((*AS_NUMPY, *own)))


xp = Namespace()
