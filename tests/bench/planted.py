"""NumPy's backend with real work added whose result is thrown away: planted effects."""

from __future__ import annotations

import numpy as np

from backends.base import Params
from backends.engines.numpy_host import Eager
from backends.engines.numpy_manual import GRADIENTS, numpy_manual
from problems.problem import Problem


class Burdened(Eager):
    """An epoch, after a share of another one on parameters of its own."""

    def __init__(self, problem: Problem, share: float) -> None:
        super().__init__(problem, GRADIENTS["linreg"])
        self.share = share

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        super().epoch(self.start(), order[: round(self.share * len(order))])
        return super().epoch(params, order)


SlowerByTen = numpy_manual._replace(
    name="numpy-10", prepare=lambda problem, device, dtype: Burdened(problem, 0.10)
)
SlowerByFive = numpy_manual._replace(
    name="numpy-5", prepare=lambda problem, device, dtype: Burdened(problem, 0.05)
)
