"""Losses that between them use every word an objective may, on the arrays of the lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from backends.base import Backend
from problems import oracle
from problems.linreg import linreg
from problems.objective import Arrays
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec


def z(p: Arrays, b: Arrays) -> Any:
    (w, c), (X, y) = p, b
    return (X @ w)[:, 0] + c[0] - y  # (batch,)


def softmax(xp: Any, p: Arrays, b: Arrays) -> Any:
    scores = b[0] * p[0][:, 0]  # (batch, 2)
    top = xp.max(scores, axis=1, keepdims=True)
    return xp.sum(xp.log(xp.sum(xp.exp(scores - top), axis=1)) + top[:, 0])


def concat(xp: Any, p: Arrays, b: Arrays) -> Any:
    (w, c), (X, y) = p, b
    return xp.sum((xp.concat((X, y[:, None]), axis=1) @ xp.concat((w, c[:, None]))) ** 2)


LOSSES: dict[str, Callable[[Any, Arrays, Arrays], Any]] = {
    "exp": lambda xp, p, b: xp.sum(xp.exp(z(p, b) / 4)),
    "log": lambda xp, p, b: xp.sum(xp.log(1 + z(p, b) ** 2)),
    "sqrt": lambda xp, p, b: xp.sum(xp.sqrt(1.5 + z(p, b) ** 2)),
    "sin": lambda xp, p, b: xp.sum(xp.sin(z(p, b))),
    "cos": lambda xp, p, b: xp.sum(xp.cos(z(p, b))),
    "tanh": lambda xp, p, b: xp.sum(xp.tanh(z(p, b))),
    "abs": lambda xp, p, b: xp.sum(xp.abs(z(p, b))),
    "maximum": lambda xp, p, b: xp.sum(xp.maximum(z(p, b), 0.1) + xp.maximum(0, z(p, b))),
    "minimum": lambda xp, p, b: xp.sum(xp.minimum(z(p, b), b[0][:, 0]) + xp.minimum(1, z(p, b))),
    "where": lambda xp, p, b: xp.sum(xp.where(z(p, b) > 0, z(p, b) ** 2, 0.0)),
    "where of numbers": lambda xp, p, b: xp.sum(xp.where(z(p, b) > 0, 0.5, 2.0) * z(p, b) ** 2),
    "sum": lambda xp, p, b: xp.sum(xp.sum(b[0] * p[0].T, axis=1, keepdims=True) ** 2),
    "mean, all axes kept": lambda xp, p, b: xp.sum(
        b[0] * (p[0].T - xp.mean(p[0], keepdims=True) + xp.sum(p[0], keepdims=True))
    ),
    "mean": lambda xp, p, b: xp.sum(xp.mean(b[0] * p[0].T, axis=1) ** 2),
    "min": lambda xp, p, b: xp.sum(xp.min(b[0] * p[0].T, axis=1) ** 2),
    "max": softmax,
    "logsumexp": lambda xp, p, b: xp.sum(xp.logsumexp(b[0] * p[0].T, axis=1)),
    "logsumexp of all": lambda xp, p, b: xp.sum(b[0][:, 0]) * xp.logsumexp(p[0]),
    "logsumexp, axes kept": lambda xp, p, b: xp.sum(
        (b[0] - xp.logsumexp(b[0] * p[0].T, axis=-1, keepdims=True)) ** 2
    ),
    "reshape": lambda xp, p, b: xp.sum(xp.reshape(b[0] @ p[0], (b[0].shape[0],)) ** 2),
    "concat": concat,
    "T": lambda xp, p, b: xp.sum((p[0].T @ b[0].T)[0] ** 2),
    "vectors": lambda xp, p, b: xp.sum((b[0] @ p[0][:, 0]) ** 2) + b[1] @ (b[0] @ p[0][:, 0]),
    "numbers": lambda xp, p, b: xp.sum(1 / (2 + z(p, b) ** 2) - 3 * z(p, b) + 2.0 ** (z(p, b) / 4)),
    "shape": lambda xp, p, b: xp.sum(z(p, b) ** 2) + 0.1 * b[0].shape[0] * xp.sum(p[0] ** 2),
    "index": lambda xp, p, b: xp.sum((b[0][:, 1:] * p[0][1, 0] + p[1]) ** 2) + xp.sum(b[0][:, 0]),
    "less than all parameters": lambda xp, p, b: xp.sum((b[0] @ p[0]) ** 2),
}


def problem_of(word: str, dtype: str) -> Problem:
    """Two minibatches and a half of the lesson's data, with the loss that uses ``word``."""
    objective = replace(linreg, name=word, loss=LOSSES[word], gradient=None)
    return replace(make_problem(ProblemSpec(n_examples=25)), objective=objective).astype(dtype)


def gradients(backend: Backend, word: str, dtype: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What ``backend`` and the oracle say: arrays by pairs, of a whole batch and a short one."""
    problem = problem_of(word, dtype)
    program = backend.prepare(problem, "cpu", dtype)
    assert program.steps is not None
    exact, batches = problem.astype("float64"), list(program.steps.batches(problem.orders[0]))
    for number in (0, 2):
        got = program.steps.gradient(program.start(), batches[number])
        batch = exact.batch(exact.minibatch(number))
        expected = oracle.gradient(exact.objective, exact.start, batch)
        yield from zip(program.memory.fetch(got), expected, strict=True)
