"""NumPy's backend with real work added whose result is thrown away: planted effects."""

from __future__ import annotations

import numpy as np

from backends.base import Params, Prepared
from backends.engines.numpy_manual import NumpyManual, NumpyPrepared
from backends.problem import Problem


class Burdened(NumpyPrepared):
    """An epoch, after a share of another one on parameters of its own."""

    share = 0.0

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        super().epoch(self.start(), order[: round(self.share * len(order))])
        return super().epoch(params, order)


class TenPerCent(Burdened):
    share = 0.10


class FivePerCent(Burdened):
    share = 0.05


class SlowerByTen(NumpyManual):
    name = "numpy-10"

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return TenPerCent(problem, dtype)


class SlowerByFive(NumpyManual):
    name = "numpy-5"

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return FivePerCent(problem, dtype)
