"""The independent oracle: closed form and float64 trajectory, sharing no code with a backend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from backends.problem import Problem

RECOVERY_TOLERANCE = 5e-3  # largest distance of learned w, b from the truth
STEPS_LOOKED_AT = (1, 10, 100)  # and the last of the first epoch

Pair = tuple[np.ndarray, np.ndarray]  # (w, b): (n_features, 1), (1,)


@dataclass(frozen=True)
class Trajectory:
    """Parameters of the float64 reference along the way, and the mean loss after each epoch."""

    after_step: dict[int, Pair]  # step count, from 1, over all epochs
    after_epoch: list[Pair]
    losses: list[float]


def closed_form(w: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray) -> Pair:
    """The gradient of the summed loss: ``X^T (X w + b - y)`` and the sum of the residuals."""
    residual = X @ w[:, 0] + b - y  # (batch,)
    return (X.T @ residual)[:, None], np.array([residual.sum()])


def mean_loss(w: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    """The mean of ``(X w + b - y)^2 / 2`` over all examples."""
    residual = X @ w[:, 0] + b - y  # (n_examples,)
    return float(np.mean(residual**2) / 2)


def epoch_steps(
    problem: Problem, w: np.ndarray, b: np.ndarray, order: np.ndarray
) -> Iterator[Pair]:
    """The parameters after each step of an epoch of plain SGD in the dtype of ``w`` and ``b``."""
    size, rate = problem.spec.batch_size, problem.spec.lr / problem.spec.batch_size
    for first in range(0, len(order), size):
        index = order[first : first + size]
        X, y = problem.X[index].astype(w.dtype), problem.y[index].astype(w.dtype)
        dw, db = closed_form(w, b, X, y)
        w, b = w - rate * dw, b - rate * db
        yield w, b


def trajectory(problem: Problem, dtype: str = "float64") -> Trajectory:
    """Plain SGD from the problem's own data, start and orders; the reference is that in float64."""
    exact = problem.astype(dtype)
    pair: Pair = (exact.w_start, exact.b_start)
    after_step: dict[int, Pair] = {}
    after_epoch: list[Pair] = []
    losses: list[float] = []
    steps = count(1)
    for order in exact.orders:
        for after in epoch_steps(exact, *pair, order):
            pair, step = after, next(steps)
            if step in STEPS_LOOKED_AT or step == exact.n_batches:
                after_step[step] = pair
        after_epoch.append(pair)
        losses.append(mean_loss(*pair, exact.X, exact.y))
    return Trajectory(after_step, after_epoch, losses)


def recovers(problem: Problem, w: np.ndarray, b: np.ndarray) -> bool:
    """Whether ``w`` and ``b`` lie within the recovery tolerance of the true ones."""
    distances = np.concatenate([(w - problem.w_true)[:, 0], b - problem.b_true])
    return bool(np.abs(distances).max() <= RECOVERY_TOLERANCE)
