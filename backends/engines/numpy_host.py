"""What backends on NumPy's own arrays share: the problem in host memory, and the moves in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from backends.base import Array, Params
from backends.problem import Problem


class Host:
    """The problem's arrays in host memory, and what needs no gradient."""

    def __init__(self, problem: Problem) -> None:
        self.X, self.y = problem.X, problem.y  # (n, d), (n,)
        self.w_start, self.b_start = problem.w_start, problem.b_start

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)

    def start(self) -> Params:
        return self.w_start.copy(), self.b_start.copy()

    def loss(self, params: Params) -> Array:
        w, b = params
        residual = (self.X @ w)[:, 0] + b - self.y  # (n,)
        return residual @ residual / (2 * len(residual))

    def wait(self, value: Any) -> None:
        """NumPy returns only when the work is done."""

    def fetch(self, arrays: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.array(array) for array in arrays)
