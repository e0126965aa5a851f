"""Files of a user's: an objective that is right, as text, and what makes problems of such."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.command.asked import base_spec
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec

SCALE = """\
import math

SCALE = math.sqrt(2.0)

"""
LOSS = """
def loss(xp, params, batch):
    (w, b), (X, y) = params, batch
    return xp.sum(xp.log(1 + xp.exp(-y * (X @ w + b) * SCALE)))

"""
START = """
def start(rng, data, sizes):
    return rng.normal(0.0, 0.1, data[0].shape[1]), 0.5

"""
LOGISTIC = SCALE + LOSS + START
MAKE = """
def make(rng, sizes):
    X = rng.standard_normal((sizes["n_examples"], 3))
    return X, 1.0 - 2.0 * (X[:, 0] + rng.normal(0.0, 0.5, len(X)) < 0)

"""
GRADIENT = """
def gradient(xp, params, batch):
    # With m = -y (X w + b) SCALE, dloss/dm = 1 / (1 + exp(-m))
    (w, b), (X, y) = params, batch
    d = -y * SCALE / (1 + xp.exp(y * (X @ w + b) * SCALE))
    return X.T @ d, xp.sum(d)
"""
WHOLE = LOGISTIC + MAKE + GRADIENT


def with_loss(line: str, before: str = "") -> str:
    """The file with another loss, whose last line is ``line``; before it stands ``before``."""
    head = "def loss(xp, params, batch):\n    (w, b), (X, y) = params, batch\n"
    return f"{head}{before}    {line}\n\n{START}{MAKE}"


def written(folder: Path, text: str = WHOLE, name: str = "my_loss.py") -> Path:
    """A file of that text."""
    path = folder / name
    path.write_text(text)
    return path


def data_in(folder: Path, n: int = 60, name: str = "my_data.npz") -> Path:
    """Data for it, in a file."""
    rng = np.random.default_rng(7)
    X = rng.standard_normal((n, 3))
    np.savez(folder / name, X=X, y=np.sign(X[:, 0] + 0.1))
    return folder / name


def spec_of(problem: str | Path, data: Path | None = None, **given: Any) -> ProblemSpec:
    """What ``--problem`` and ``--data`` ask for, small where nothing else is said."""
    target = given.pop("target", None)
    spec, _ = base_spec(str(problem), data, target, {}, epochs=1, seed=0)
    n = 60 if data is None else spec.n_examples
    return replace(spec, **{"n_examples": n, "batch_size": min(10, n)} | given)


def problem_of(problem: str | Path, data: Path | None = None, **given: Any) -> Problem:
    return make_problem(spec_of(problem, data, **given))
