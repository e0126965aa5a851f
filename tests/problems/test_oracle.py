"""The oracle sees through what an objective may be, and refuses what it must, with the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from problems import oracle
from problems.errors import BadInput, BadObjective
from problems.namespace import EVERYWHERE, vocabulary, xp
from problems.objective import Arrays
from problems.problem import Problem, make_problem
from problems.registry import REGISTERED
from problems.room import cases_of
from problems.spec import ProblemSpec
from tests.problems.three import NAME, by_hand

Loss = Callable[[Any, Arrays, Arrays], Any]


@pytest.fixture(scope="module")
def lesson() -> Problem:
    return make_problem(ProblemSpec(n_examples=60))


def with_loss(problem: Problem, loss: Loss) -> Problem:
    return replace(problem, objective=replace(problem.objective, loss=loss, gradient=None))


def z(params: Arrays, batch: Arrays) -> Any:
    (w, b), (X, y) = params, batch
    return (X @ w)[:, 0] + b[0] - y


def huber(xp: Any, params: Arrays, batch: Arrays) -> Any:
    size = xp.abs(z(params, batch))
    return xp.sum(xp.where(size < 1.0, size * size / 2, size - 0.5))


GOOD: dict[str, Loss] = {
    "abs": lambda xp, p, b: xp.sum(xp.abs(z(p, b))),
    "huber": huber,
    "vecdot": lambda xp, p, b: xp.vecdot(z(p, b), z(p, b)),
    "hypot": lambda xp, p, b: xp.sum(xp.hypot(z(p, b), 1 + z(p, b))),
    "atan2": lambda xp, p, b: xp.sum(xp.atan2(z(p, b), 2 + b[0][:, 0])),
    "logaddexp": lambda xp, p, b: xp.sum(xp.logaddexp(z(p, b), 0 * z(p, b))),
    "logsumexp": lambda xp, p, b: xp.sum(xp.logsumexp(b[0] * p[0][:, 0], axis=1)),
    "sign": lambda xp, p, b: xp.sum(xp.sign(z(p, b)) * z(p, b)),
    "floor": lambda xp, p, b: xp.sum(xp.floor(z(p, b)) * z(p, b)),
    "relu": lambda xp, p, b: xp.sum(xp.maximum(z(p, b), 0.0)),
    "softmax": lambda xp, p, b: xp.sum(
        xp.log(xp.sum(xp.exp(b[0] * p[0][:, 0] - xp.max(b[0], axis=1, keepdims=True)), axis=1))
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_derivative_is_exact_through_what_drops_an_imaginary_part(
    name: str, lesson: Problem
) -> None:
    """Against a difference quotient in long double, which knows nothing of complex numbers."""
    problem = with_loss(lesson, GOOD[name])
    oracle.prove(problem)
    batch, rng = oracle.first(problem, 20), np.random.default_rng(5)
    (direction,) = oracle.directions(problem, rng, 1)
    exact = oracle.along(problem.objective, problem.start, batch, direction)
    near = oracle.difference(problem.objective, problem.start, batch, direction)
    assert exact == pytest.approx(near, rel=1e-7)
    grads = oracle.gradient(problem.objective, problem.start, batch)
    summed = sum(float(np.sum(g * v)) for g, v in zip(grads, direction, strict=True))
    assert summed == pytest.approx(exact, rel=1e-12)


def random_loss(xp: Any, params: Arrays, batch: Arrays) -> Any:
    return xp.sum(z(params, batch) ** 2) * np.random.default_rng().uniform()


BAD: dict[str, tuple[Loss, str]] = {
    "builtin abs": (lambda xp, p, b: xp.sum(abs(z(p, b))), "xp.abs, not Python's abs"),
    "float": (
        lambda xp, p, b: float(xp.sum(z(p, b) ** 2)),
        r"made a plain float \(test_oracle.py:",
    ),
    "real": (lambda xp, p, b: xp.sum(z(p, b).real ** 2), "complex step says 0, a difference"),
    "a tie of relu": (
        lambda xp, p, b: xp.sum(xp.maximum(p[1] + 0 * b[1], 0.0)),
        "not differentiable at these",
    ),
    "a mean": (lambda xp, p, b: xp.mean(z(p, b) ** 2), "a mean; sum over the examples"),
    "a penalty": (
        lambda xp, p, b: xp.sum(z(p, b) ** 2) + xp.sum(p[0] ** 2) + 1,
        r"X.shape\[0\] \* penalty",
    ),
    "coupled": (lambda xp, p, b: xp.sum(z(p, b)) ** 2, "examples depend on each other"),
    "random": (random_loss, "two calls gave .* a pure function"),
    "no scalar": (lambda xp, p, b: z(p, b) ** 2, r"shape \(24,\); expected a scalar"),
    "not finite": (
        lambda xp, p, b: xp.sum(xp.log(0 * z(p, b))),
        "the loss at these parameters is -inf",
    ),
    "outside": (
        lambda xp, p, b: xp.sum(xp.square(z(p, b))),
        "xp.square is not in the vocabulary .*; use a product",
    ),
    "raises": (
        lambda xp, p, b: xp.sum(z(p, b) / dict[str, int]()["x"]),
        r"KeyError: 'x' \(test_oracle.py:",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_loss_that_is_no_objective_is_refused_with_what_to_do(name: str, lesson: Problem) -> None:
    loss, told = BAD[name]
    with pytest.raises(BadObjective, match=told):
        oracle.prove(with_loss(lesson, loss))


def test_a_gradient_by_hand_that_is_off_by_a_thousandth_in_one_entry_is_refused(
    lesson: Problem,
) -> None:
    def off(xp: Any, params: Arrays, batch: Arrays) -> Arrays:
        assert right is not None
        dw, db = right(xp, params, batch)
        dw = dw.copy()
        dw[0] *= 1.001
        return dw, db

    right = lesson.objective.gradient
    oracle.prove(lesson)
    with pytest.raises(BadObjective, match="along a direction the gradient by hand is"):
        oracle.prove(replace(lesson, objective=replace(lesson.objective, gradient=off)))


def test_a_gradient_of_other_shapes_is_refused(lesson: Problem) -> None:
    bad = replace(lesson.objective, gradient=lambda xp, p, b: (p[0][:, 0], p[1]))
    with pytest.raises(BadObjective, match=r"the gradient has shapes \[\(2,\), \(1,\)\]; expected"):
        oracle.prove(replace(lesson, objective=bad))


def test_without_a_gradient_by_hand_it_is_found_entry_by_entry() -> None:
    problem = make_problem(ProblemSpec(n_examples=40, objective=NAME))
    oracle.prove(problem)
    batch = problem.batch(np.arange(11))
    found = oracle.gradient(problem.objective, problem.start, batch)
    for got, expected in zip(found, by_hand(problem.start, batch), strict=True):
        assert got == pytest.approx(expected, rel=1e-13)


def test_what_is_proved_is_proved_before_anything_is_stored(lesson: Problem) -> None:
    with pytest.raises(BadInput, match="a mean"):
        cases_of(with_loss(lesson, BAD["a mean"][0]), ["float32"])


def test_the_vocabulary_is_written_down_and_nothing_else_is_there() -> None:
    names = vocabulary().split(", ")
    page = Path(__file__).parents[2].joinpath("docs", "adding-a-problem.md").read_text()
    _, everywhere, _, somewhere, _ = re.split(r"`((?:[a-z0-9]+ ){5,}[a-z0-9]+)`", page)
    assert sorted(f"{everywhere} {somewhere}".split()) == names
    assert everywhere.split() == sorted(EVERYWHERE)
    assert {"abs", "concat", "take", "exp", "where"} <= set(names)
    assert all(callable(getattr(xp, name)) for name in names)
    with pytest.raises(AttributeError, match="expected one of abs, "):
        xp.linalg  # noqa: B018 - looking is what fails


def test_what_is_zero_at_the_start_is_proved_where_it_is_not(lesson: Problem) -> None:
    """A penalty whose parameters start at zero, and a gradient by hand that leaves it out."""

    def loss(xp: Any, params: Arrays, batch: Arrays) -> Any:
        penalty = batch[0].shape[0] * xp.sum(params[1] * params[1])
        return right.loss(xp, params, batch) + penalty

    right = lesson.objective
    assert right.gradient is not None
    bad = replace(lesson, objective=replace(right, loss=loss))
    oracle.prove(bad)  # the bias starts at zero
    with pytest.raises(BadObjective, match="along a direction the gradient by hand is"):
        cases_of(bad, ["float64"])


MADE: dict[str, tuple[dict[str, Any], str]] = {
    "too few parameters": (
        {"start": lambda *_: (np.zeros((2, 1)),)},
        "start gave 1 array; .* w, b",
    ),
    "whole numbers": ({"start": lambda *_: (np.zeros((2, 1), int), [0.0])}, "w starts as int64"),
    "an array of another length": (
        {"make": lambda *_: ((np.zeros((60, 2)), np.zeros(59)), None)},
        r"y has shape \(59,\); expected 60 examples",
    ),
    "a name that is a file of ours": ({"data": ("X", "w_start")}, "which are files of ours"),
    "a name with a folder": ({"data": ("X", "../y")}, "expected plain names"),
    "no data": ({"data": (), "make": lambda *_: ((), None)}, "make gave data of 0 arrays"),
}


@pytest.mark.parametrize("name", MADE)
def test_what_an_objective_makes_is_held_against_its_names(
    name: str, lesson: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, told = MADE[name]
    odd = replace(lesson.objective, **changes)
    monkeypatch.setitem(REGISTERED, "linreg", odd)
    with pytest.raises(BadInput, match=told):
        oracle.prove(make_problem(ProblemSpec(n_examples=60)))
