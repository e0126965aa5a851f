"""Operators: derivatives besides the gradient, in float64, each with how far it may be missed.

The first derivative along a direction is a complex step of the loss, exact to rounding. The second
is one of the gradient where that is written by hand; else central differences of gradients by
complex steps, whose own error, estimated by two orders of them, is added to what is allowed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np

from problems import oracle, tolerance
from problems.objective import Arrays, Objective
from problems.problem import Problem
from problems.tolerance import distance

NAMES = ("jvp", "hvp", "hessian", "per_example")
MOST_PARAMS = 500  # of a Hessian
N_COLUMNS = 32  # of a Hessian that are found, evenly spread; times a vector it is an hvp
N_COLUMNS_TIMES_PARAMS = 100  # the same without a gradient by hand
N_DRAWS = 2
N_ALONE = 32  # examples whose own gradients are held against an arm's
N_TERMS = 8  # examples whose contributions stand for those of all
STEPS = (0.02, 0.0005)  # of differences, along a vector of length 1; the second stays off kinks
# Central differences by (f(x + k h) - f(x - k h)) / h, k from 1 on: of order 8, and of order 6
EIGHTH = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
SIXTH = (3 / 4, -3 / 20, 1 / 60, 0.0)
ROUNDED = 4 * float(np.finfo("float64").eps)  # of a gradient, relative
SEEN_THROUGH = 1e-6  # relative; what a complex step and differences may differ by besides

Product = Callable[[Arrays, Arrays, Arrays], Arrays]  # (params, batch, direction)
Found = tuple[Arrays, float]  # the answer, and how far from it a right engine may be


def places(n: int, most: int) -> np.ndarray:
    """At most ``most`` of ``n`` places, evenly spread, the first and the last among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(int))


def examples(problem: Problem, number: int) -> np.ndarray:
    """The examples of minibatch ``number`` whose own gradients are found, by their places in it."""
    return places(len(problem.minibatch(number)), N_ALONE)


def columns(problem: Problem) -> np.ndarray:
    """The columns of the Hessian that are found; none where it is too large."""
    n = sum(p.size for p in problem.start)
    by_hand = problem.objective.gradient is not None
    most = N_COLUMNS if by_hand else min(N_COLUMNS, max(1, N_COLUMNS_TIMES_PARAMS // n))
    return places(n, most) if n <= MOST_PARAMS else np.empty(0, int)


def shapes(what: str, problem: Problem, number: int) -> tuple[tuple[int, ...], ...]:
    """The shapes of the arrays of the answer ``what`` to minibatch ``number``."""
    of_params = tuple(p.shape for p in problem.start)
    if what == "jvp":
        return ((),)
    if what == "hessian":
        return ((sum(p.size for p in problem.start), len(columns(problem))),)
    n = len(examples(problem, number))
    return of_params if what == "hvp" else tuple((n, *shape) for shape in of_params)


def answers(exact: Problem, number: int, eps: float) -> Mapping[str, Found]:
    """The answers at the start by name, to minibatch ``number``, along the problem's direction.

    ``hvp`` like the parameters; ``hessian`` (parameters, columns found); ``per_example`` each
    (examples found, ...).
    """
    objective, direction, index = exact.objective, exact.direction, exact.minibatch(number)
    product, error = best_product(exact, exact.batch(index))
    found: dict[str, Found] = {}
    for name, function in (
        ("jvp", partial(jvp, objective)),
        ("hvp", product),
        ("hessian", partial(hessian, product, columns(exact))),
    ):
        if name != "hessian" or len(columns(exact)):
            value = function(exact.start, exact.batch(index), direction)
            allowed = tolerance_of(function, exact, index, value, eps)
            found[name] = value, allowed + (0.0 if name == "jvp" else error)
    alone = [index[place : place + 1] for place in examples(exact, number)]
    found["per_example"] = per_example(exact, alone, eps)
    return found


def jvp(objective: Objective, params: Arrays, batch: Arrays, direction: Arrays) -> Arrays:
    """The derivative of the summed loss along ``direction``, a scalar."""
    return (np.asarray(oracle.along(objective, params, batch, direction)),)


def hessian(
    product: Product, chosen: np.ndarray, params: Arrays, batch: Arrays, direction: Arrays
) -> Arrays:
    """The columns ``chosen`` of the Hessian, (parameters, chosen): its products with units."""
    n, found = sum(p.size for p in params), []
    for place in chosen:
        unit = np.zeros(n)
        unit[place] = 1.0
        found.append(flat(product(params, batch, like(params, unit))))
    return (np.stack(found, axis=1),)


def per_example(exact: Problem, alone: list[np.ndarray], eps: float) -> Found:
    """The gradients of single examples, stacked: each (examples, ...)."""
    objective, params = exact.objective, exact.start
    rng = np.random.default_rng(len(alone))

    def gradients(nudge: float) -> Arrays:
        batches = (tolerance.rounded(exact, one, nudge, rng) for one in alone)
        each = [oracle.gradient(objective, params, batch) for batch in batches]
        return tuple(map(np.stack, zip(*each, strict=True)))

    value = gradients(0.0)
    moved = max(distance(gradients(eps), value) for _ in range(N_DRAWS))
    rounding = eps * tolerance.SUMMED + tolerance.cancelled(exact, eps)
    return value, tolerance.SAFETY * moved + rounding


def tolerance_of(
    function: Product, exact: Problem, index: np.ndarray, value: Arrays, eps: float
) -> float:
    """How far from ``value`` a right engine may be, by the rule of gradients.

    The direction is moved by one rounding beside the data.
    """
    params, direction, rng = exact.start, exact.direction, np.random.default_rng(len(index))

    def nudged() -> Arrays:
        batch = tolerance.rounded(exact, index, eps, rng)
        vector = tuple(v * (1 + eps * tolerance.signs(v.shape, rng)) for v in direction)
        return function(params, batch, vector)

    moved = max(distance(nudged(), value) for _ in range(N_DRAWS))
    alone = (index[k : k + 1] for k in places(len(index), N_TERMS))
    terms = [function(params, exact.batch(one), direction) for one in alone]
    largest = max(
        float(np.mean(np.abs(entries), axis=0).max()) / max(1.0, float(np.abs(whole).max()))
        for entries, whole in zip(map(np.stack, zip(*terms, strict=True)), value, strict=True)
    )
    summed = tolerance.SUMMED * len(index) ** 1.5 * largest
    return float(tolerance.SAFETY * moved + eps * summed) + tolerance.cancelled(exact, eps)


def best_product(exact: Problem, batch: Arrays) -> tuple[Product, float]:
    """The Hessian times a vector by the best way there is, and the error of that way.

    By a complex step of the gradient by hand, unless differences show that it hides the derivative.
    """
    objective, params, direction = exact.objective, exact.start, exact.direction
    by_differences = partial(product_by_differences, objective)
    near, error = differences(objective, params, batch, direction)
    if objective.gradient is None:
        return by_differences, tolerance.SAFETY * error
    stepped = product_by_step(objective, params, batch, direction)
    if distance(stepped, near) <= SEEN_THROUGH + tolerance.SAFETY * error:
        return partial(product_by_step, objective), 0.0
    return by_differences, tolerance.SAFETY * error


def product_by_step(
    objective: Objective, params: Arrays, batch: Arrays, direction: Arrays
) -> Arrays:
    """H v by a complex step of the gradient: H v = Im gradient(p + ih v) / h."""
    moved = tuple(p + 1j * oracle.STEP * v for p, v in zip(params, direction, strict=True))
    with warnings.catch_warnings():  # a derivative that is lost shows beside differences
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        grads = oracle.gradient(objective, moved, batch)
    return tuple(np.imag(g) / oracle.STEP for g in grads)


def product_by_differences(
    objective: Objective, params: Arrays, batch: Arrays, direction: Arrays
) -> Arrays:
    """H v by central differences of gradients."""
    return differences(objective, params, batch, direction)[0]


def differences(objective: Objective, params: Arrays, batch: Arrays, direction: Arrays) -> Found:
    """H v by central differences of order 8, and what they may be off.

    What they differ by from those of order 6, and the rounding of the gradients. By the shorter
    step only where that is the smaller one.
    """
    length = max(float(np.sqrt(sum(np.sum(v * v) for v in direction))), 1e-30)

    def by(step: float) -> Found:
        h = step / length

        @cache
        def grads(k: int) -> Arrays:
            moved = tuple(p + k * h * v for p, v in zip(params, direction, strict=True))
            return oracle.gradient(objective, moved, batch)

        def quotient(weights: tuple[float, ...]) -> Arrays:
            pairs = [(w / h, grads(k), grads(-k)) for k, w in enumerate(weights, 1)]
            return tuple(
                np.asarray(sum(w * (up[i] - down[i]) for w, up, down in pairs))
                for i in range(len(params))
            )

        value, near = quotient(EIGHTH), grads(1)
        size = max(float(np.abs(g).max()) for g in near) / max(
            1.0, *(np.abs(v).max() for v in value)
        )
        return value, distance(quotient(SIXTH), value) + ROUNDED * size / h

    found = by(STEPS[0])
    return found if found[1] <= SEEN_THROUGH else min(found, by(STEPS[1]), key=lambda one: one[1])


def flat(arrays: Arrays) -> np.ndarray:
    """All entries of ``arrays`` one after the other, in C order."""
    return np.concatenate([np.ravel(array) for array in arrays])


def like(params: Arrays, entries: np.ndarray) -> Arrays:
    """``entries`` as arrays shaped like ``params``."""
    parts = np.split(entries, np.cumsum([p.size for p in params])[:-1])
    return tuple(part.reshape(p.shape) for part, p in zip(parts, params, strict=True))
