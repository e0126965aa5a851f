"""Tolerances: how far a right engine may be from the float64 answer, by size, problem and dtype."""

from __future__ import annotations

import numpy as np

from problems import oracle
from problems.objective import Arrays
from problems.problem import Problem

# On a trajectory, whose every step rounds: the least that is allowed
FLOOR = {"float32": 1e-5, "float64": 1e-12}
SAFETY = 10  # times what random roundings were seen to do
SUMMED = 3  # times eps sqrt(n): one running sum of a million like terms rounds with a bias
N_DRAWS = 3
MOST_ROUNDED = 100_000  # examples that are rounded at random
N_TERMS = 32  # examples whose contributions stand for those of all


def distance(got: Arrays, expected: Arrays) -> float:
    """The largest ``|x - ref| / max(1, max|ref|)``; NaN where any entry is NaN."""
    pairs = zip(got, expected, strict=True)
    return float(np.max([np.abs(x - ref).max() / max(1.0, np.abs(ref).max()) for x, ref in pairs]))


def of_gradient(
    exact: Problem, params: Arrays, index: np.ndarray, value: Arrays, eps: float
) -> float:
    """The tolerance on the gradient of the examples ``index``, which is ``value``.

    What it changes by when each datum is moved by one rounding, the rounding of a sum of so many
    terms, which grows with their magnitudes and with the root of their number, and one rounding of
    the parameters: of whole epochs the gradient is a difference of them.
    """
    rng = np.random.default_rng(len(index))
    moved = max(
        distance(oracle.gradient(exact.objective, params, rounded(exact, index, eps, rng)), value)
        for _ in range(N_DRAWS)
    )
    terms = [oracle.gradient(exact.objective, params, exact.batch(one)) for one in sample(index)]
    largest = max(
        float(np.mean(np.abs(entries), axis=0).max()) / max(1.0, float(np.abs(whole).max()))
        for entries, whole in zip(map(np.stack, zip(*terms, strict=True)), value, strict=True)
    )
    held = max(
        float(np.abs(p).max()) / max(1.0, float(np.abs(g).max()))
        for p, g in zip(params, value, strict=True)
    )
    summed = eps * (SUMMED * len(index) ** 1.5 * largest + held)
    return float(SAFETY * moved + summed + cancelled(exact, eps))


def cancelled(problem: Problem, eps: float) -> float:
    """What rounding leaves of numbers that are one in sum and cancel; 0 where there are none.

    No datum that is moved shows it, and gradients written by hand have none of it.
    """
    count = problem.objective.cancelling
    n = 0 if count is None else count(problem.spec.all_sizes)
    return float(SUMMED * eps * n**0.5)


def of_mean_loss(exact: Problem, params: Arrays, value: float, eps: float) -> float:
    """The tolerance on the mean loss of all examples, which is ``value``, by the same rule.

    Of very many the first stand for all: of fewer, rounding moves the mean by more.
    """
    n = exact.spec.n_examples
    index = np.arange(min(n, MOST_ROUNDED))
    rng = np.random.default_rng(len(index))
    still, *moved = (
        oracle.loss(exact.objective, params, batch) / len(index)
        for batch in (
            exact.batch(index),
            *(rounded(exact, index, eps, rng) for _ in range(N_DRAWS)),
        )
    )
    terms = [oracle.loss(exact.objective, params, exact.batch(one)) for one in sample(index)]
    summed = SUMMED * eps * n**0.5 * float(np.mean(np.abs(terms)))
    apart = max(abs(loss - still) for loss in moved)
    return float((SAFETY * apart + summed) / max(1.0, abs(value)))


def rounded(exact: Problem, index: np.ndarray, eps: float, rng: np.random.Generator) -> Arrays:
    """The data of ``index``, each number moved by one rounding up or down, at random."""
    return tuple(
        array * (1 + eps * signs(array.shape, rng)) if array.dtype.kind == "f" else array
        for array in exact.batch(index)
    )


def signs(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """-1 or 1 at random."""
    return 1.0 - 2 * rng.integers(2, size=shape, dtype=np.int8)


def sample(index: np.ndarray) -> list[np.ndarray]:
    """Some of the examples, evenly spread, each alone."""
    places = np.linspace(0, len(index) - 1, min(N_TERMS, len(index))).astype(int)
    return [index[place : place + 1] for place in places]
