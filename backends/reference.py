"""The independent oracle: closed form and float64 trajectory, sharing no code with a backend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backends.problem import Problem

RECOVERY_TOLERANCE = 5e-3  # largest distance of learned w, b from the truth
STEPS_LOOKED_AT = (1, 10, 100)

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


def trajectory(problem: Problem) -> Trajectory:
    """Plain SGD in float64 from the problem's own data, start and orders."""
    exact = problem.astype("float64")
    size, rate = exact.spec.batch_size, exact.spec.lr / exact.spec.batch_size
    w, b = exact.w_start, exact.b_start
    after_step: dict[int, Pair] = {}
    after_epoch: list[Pair] = []
    losses: list[float] = []
    step = 0
    for order in exact.orders:
        for first in range(0, len(order), size):
            index = order[first : first + size]
            dw, db = closed_form(w, b, exact.X[index], exact.y[index])
            w, b = w - rate * dw, b - rate * db
            step += 1
            if step in STEPS_LOOKED_AT:
                after_step[step] = (w, b)
        after_epoch.append((w, b))
        losses.append(mean_loss(w, b, exact.X, exact.y))
    return Trajectory(after_step, after_epoch, losses)


def recovers(problem: Problem, w: np.ndarray, b: np.ndarray) -> bool:
    """Whether ``w`` and ``b`` lie within the recovery tolerance of the true ones."""
    distances = np.concatenate([(w - problem.w_true)[:, 0], b - problem.b_true])
    return bool(np.abs(distances).max() <= RECOVERY_TOLERANCE)
