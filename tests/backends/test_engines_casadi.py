"""CasADi's expressions are NumPy's arrays; its C stays short; what it cannot express it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backends.arm import Arm
from backends.base import Backend
from backends.checks import CHECKS, run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.linreg import linreg
from problems.objective import Array, Arrays, Objective
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from tests.backends.vocabulary import ARRAYS, WORDS, in_numpy
from tests.nightly import one_by_day
from tests.problems import three

BOTH = ("casadi", "casadi-codegen")
TEN_CLASSES = {"n_features": 64, "n_classes": 10}


@pytest.fixture
def engine(backend_named: Callable[[str], Backend]) -> Any:
    """What compiles, with what both share."""
    backend_named("casadi-codegen")
    from backends.engines import casadi_codegen

    return casadi_codegen


@pytest.fixture
def values(backend_named: Callable[[str], Backend]) -> Callable[..., Any]:
    """The numbers of a function of expressions, at these arrays."""
    backend_named("casadi")
    import casadi

    from backends.engines.casadi_xp import Expression, held, xp

    def values(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
        symbols = [casadi.MX.sym(f"s{i}", *held(a.shape)) for i, a in enumerate(arrays)]
        shapes = [array.shape for array in arrays]
        result = function(xp, *map(Expression, symbols, shapes))
        evaluated = casadi.Function("f", symbols, [casadi.densify(result.matrix)])
        (found,) = evaluated.call([casadi.DM(array.T.astype(float)) for array in arrays])
        return np.asarray(found).reshape(result.shape, order="F").T.reshape(result.shape)

    return values


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_vocabulary_means_what_numpy_means(
    word: str, values: Callable[..., Any]
) -> None:
    right = in_numpy(WORDS[word], "float64")
    found = values(WORDS[word], *ARRAYS)
    assert found.shape == right.shape
    np.testing.assert_allclose(found, right, rtol=1e-14, atol=1e-14)


@pytest.mark.usefixtures("engine")
def test_an_expression_is_neither_true_nor_false(values: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"xp\.where"):
        values(lambda xp, u: u if u[0] > 0 else -u, ARRAYS[2])


@pytest.mark.parametrize("name", one_by_day(BOTH))
@pytest.mark.parametrize("objective", [three.NAME, "softmax"])
def test_an_objective_as_written_passes_every_check(
    objective: str, name: str, backend_named: Callable[[str], Backend]
) -> None:
    sizes = {} if objective == three.NAME else {"n_features": 5, "n_classes": 3}
    spec = ProblemSpec(n_examples=128, objective=objective, sizes=sizes)  # a short last batch
    problem, arm = make_problem(spec).astype("float64"), Arm(backend_named(name), "cpu", "float64")
    assert arm.refusal(problem) is None
    findings = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
    assert [finding for finding in findings if finding.failure] == []
    assert len(findings) == len(CHECKS)


def problem_of(
    loss: Callable[[Any, Arrays, Arrays], Array], start: Arrays, n: int = 20, size: int = 10
) -> Problem:
    """The lesson's data with another loss of other parameters, in batches of ``size``."""
    names = tuple(f"p{i}" for i in range(len(start)))
    objective = replace(linreg, name="mine", params=names, loss=loss, gradient=None)
    lesson = make_problem(ProblemSpec(n_examples=n, batch_size=size)).astype("float64")
    return replace(lesson, objective=objective, start=start, truth=None)


def two_layers(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (out, hidden), (X, y) = params, batch  # what is used last comes first
    residual = xp.tanh(X @ hidden) @ out - y
    return xp.sum(residual * residual) / 2


def turned(xp: Any, params: Arrays, batch: Arrays) -> Array:
    return two_layers(xp, params[::-1], batch)


@pytest.mark.parametrize("size", [10, 20], ids=["two steps", "one step"])
@pytest.mark.parametrize("name", one_by_day(BOTH))
def test_parameters_are_read_before_they_are_written_whatever_their_order(
    name: str, size: int, backend_named: Callable[[str], Backend]
) -> None:
    backend, start = backend_named(name), (np.array([0.5, -1.0, 2.0]), np.full((2, 3), 0.25))
    problem, other = (
        problem_of(two_layers, start, size=size),
        problem_of(turned, start[::-1], size=size),
    )
    (out, hidden), (hidden_too, out_too) = (
        program.epoch(program.start(), one.orders[0])
        for one in (problem, other)
        for program in [backend.prepare(one, "cpu", "float64")]
    )
    np.testing.assert_allclose(out, out_too, rtol=1e-14)
    np.testing.assert_allclose(hidden, hidden_too, rtol=1e-14)


def aside(xp: Any, params: Arrays, batch: Arrays) -> Array:
    (w, _), (X, y) = params, batch
    return xp.sum((X @ w - y) ** 2)


@pytest.mark.parametrize("name", one_by_day(BOTH))
def test_what_the_loss_does_not_depend_on_stays_as_it_is(
    name: str, backend_named: Callable[[str], Backend]
) -> None:
    problem = problem_of(aside, (np.array([1.0, 2.0]), np.full((2, 3), 0.25)))
    program = backend_named(name).prepare(problem, "cpu", "float64")
    w, unused = program.epoch(program.start(), problem.orders[0])
    assert (w != [1.0, 2.0]).all()
    assert (unused == 0.25).all()


@pytest.mark.parametrize("name", BOTH)
def test_arrays_of_three_dimensions_are_refused(
    name: str, backend_named: Callable[[str], Backend]
) -> None:
    problem = problem_of(aside, (np.array([1.0, 2.0]), np.zeros(1)))
    deep = replace(problem, data=(np.zeros((20, 2, 2)), problem.data[1]))
    refusal = backend_named(name).supports(deep, "cpu", "float64")
    assert refusal == ("unsupported", "CasADi has matrices only, no array of shape (10, 2, 2)")


def test_products_are_compiled_as_vectors(engine: Any) -> None:
    problem = make_problem(ProblemSpec(objective="softmax", sizes=TEN_CLASSES))
    of = engine.signature(problem)
    source = engine.source_of(engine.epoch_expression(of, 1000, 1000, 10))
    assert engine.APART in source
    assert engine.PRODUCT not in source


def test_c_is_as_long_for_large_batches_as_for_small(engine: Any) -> None:
    problem = make_problem(ProblemSpec(objective="softmax", sizes=TEN_CLASSES))
    of = engine.signature(problem)
    steps = [engine.short_in_c(engine.gradient_function, of, size) for size in (10, 256)]
    small, large = (engine.source_of(step).count("\n") for step in steps)
    assert small == large < engine.SHORT


def orbit(n_turns: int) -> Objective:
    """A loss whose loop is as long as it is told."""

    def loss(xp: Any, params: Arrays, batch: Arrays) -> Array:
        (w, b), (X, y) = params, batch
        place, speed = X[:, 0], X[:, 1]
        for _ in range(n_turns):
            speed = speed - 0.01 * w[0, 0] * xp.sin(place)
            place = place + 0.01 * speed
        return xp.sum((place + b - y) ** 2)

    return replace(linreg, name=f"orbit{n_turns}", loss=loss, gradient=None)


def test_a_long_loop_is_taken_example_by_example(engine: Any) -> None:
    problem = replace(make_problem(ProblemSpec(n_examples=20)), objective=orbit(150))
    of, (X, y), (w, b) = engine.signature(problem), problem.data, problem.start
    whole = engine.gradient_function(of, 20)
    by_example = engine.short_in_c(engine.gradient_function, of, 20)
    assert engine.source_of(by_example).count("\n") < engine.source_of(whole).count("\n")
    given = [w.T, b, X.T, y[None], 0.0]
    for got, right in zip(by_example.call(given), whole.call(given), strict=True):
        np.testing.assert_allclose(np.asarray(got), np.asarray(right), rtol=1e-12)


def test_a_loop_that_would_compile_too_long_is_refused(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONGEST", 2000)
    problem = replace(make_problem(ProblemSpec()), objective=orbit(151))
    refusal = engine.codegen_supports(problem, "cpu", "float64")
    assert refusal is not None
    status, reason = refusal
    assert status == "unsupported"
    assert "takes a compiler too long" in reason
