"""Every word of the vocabulary of objectives, and what NumPy says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from backends.engines.numpy_xp import xp

Phrase = Callable[..., Any]  # of xp, a matrix A (4, 3), vectors v (3,) and u (4,), integers k (5,)

ARRAYS = (
    np.random.default_rng(0).standard_normal((4, 3)),
    np.array([0.5, -1.25, 2.0]),
    np.array([1.0, -0.5, 0.25, 3.0]),
    np.array([0, 2, 2, 1, 3]),
)
WORDS: dict[str, Phrase] = {
    "arithmetic": lambda xp, A, v, u, k: (2 - A * v + 1.5 * A / (4 + v)) - -A,
    "powers": lambda xp, A, v, u, k: A**2 + 2.0**A - A**3,
    "rows and columns": lambda xp, A, v, u, k: u[:, None] / (2 + v * v) + v - A * u[:, None],
    "matrix @ vector": lambda xp, A, v, u, k: A @ v,
    "vector @ matrix": lambda xp, A, v, u, k: u @ A,
    "vector @ vector": lambda xp, A, v, u, k: v @ v,
    "matrix @ matrix": lambda xp, A, v, u, k: (A @ A.T) @ (A @ A.T),
    "length": lambda xp, A, v, u, k: A.shape[0] * u,
    "exp log sqrt": lambda xp, A, v, u, k: xp.exp(A) + xp.log(xp.sqrt(A * A)),
    "sin cos tanh": lambda xp, A, v, u, k: xp.sin(A) * xp.cos(v) - xp.tanh(A),
    "abs": lambda xp, A, v, u, k: xp.abs(A - v),
    "maximum minimum": lambda xp, A, v, u, k: xp.maximum(A, 0.0) + xp.minimum(v, A),
    "of a number": lambda xp, A, v, u, k: xp.maximum(0.25, A) + xp.minimum(0, A),
    "where": lambda xp, A, v, u, k: xp.where(v < A, A, u[:, None]) + xp.where(A <= 0, A, 1.0),
    "sum": lambda xp, A, v, u, k: xp.sum(A) * xp.sum(v),
    "sum along the first": lambda xp, A, v, u, k: xp.sum(A, axis=0) * xp.sum(v, axis=0),
    "sum along the last": lambda xp, A, v, u, k: xp.sum(A, axis=1) + xp.sum(A, axis=-1),
    "sum, axes kept": lambda xp, A, v, u, k: (
        A * xp.sum(A, axis=0, keepdims=True) + xp.sum(A, axis=1, keepdims=True)
    ),
    "sum and mean, all axes kept": lambda xp, A, v, u, k: (
        A * xp.sum(A, keepdims=True) - xp.mean(A, keepdims=True)
    ),
    "mean": lambda xp, A, v, u, k: xp.mean(A) + xp.mean(A, axis=0) * xp.mean(v),
    "max": lambda xp, A, v, u, k: xp.max(A) + xp.max(A, axis=0) - xp.max(u),
    "min, axes kept": lambda xp, A, v, u, k: A - xp.min(A, axis=1, keepdims=True),
    "logsumexp": lambda xp, A, v, u, k: xp.logsumexp(A) * xp.logsumexp(v),
    "logsumexp along an axis": lambda xp, A, v, u, k: (
        xp.logsumexp(A, axis=0) + v - xp.sum(xp.logsumexp(A, axis=1))
    ),
    "logsumexp, axes kept": lambda xp, A, v, u, k: A - xp.logsumexp(A, axis=-1, keepdims=True),
    "reshape": lambda xp, A, v, u, k: xp.reshape(A, (-1, 2)) @ xp.reshape(u, (2, 2)),
    "reshape to a vector": lambda xp, A, v, u, k: xp.reshape(A, (12,)),
    "concat": lambda xp, A, v, u, k: xp.concat((A, 2 * A), axis=0),
    "concat columns": lambda xp, A, v, u, k: xp.concat([A, u[:, None]], axis=1),
    "concat vectors": lambda xp, A, v, u, k: xp.concat([u, v]),
    "take": lambda xp, A, v, u, k: xp.take(u, k, axis=0),
    "take rows": lambda xp, A, v, u, k: xp.take(A, k, axis=0),
    "take columns": lambda xp, A, v, u, k: xp.take(A.T, k, axis=1),
    "a row": lambda xp, A, v, u, k: A[1] + A[-1],
    "a number": lambda xp, A, v, u, k: A[1, 2] * v[0],
    "a part": lambda xp, A, v, u, k: A[1:3, 0] + u[:2] * u[::2],
    "backwards": lambda xp, A, v, u, k: A[::-1, 1] + u[::-1],
    "a new axis": lambda xp, A, v, u, k: u[:, None] + v[None] + A[:, None, 1],
}


def in_numpy(phrase: Phrase, dtype: str) -> npt.NDArray[Any]:
    """What NumPy says in ``dtype``."""
    arrays = (array.astype(dtype) if array.dtype.kind == "f" else array for array in ARRAYS)
    return np.asarray(phrase(xp, *arrays))
