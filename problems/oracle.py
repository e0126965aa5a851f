"""The oracle: derivatives in float64 by complex steps of the loss itself, exact to rounding.

f(p + ih v) = f(p) + ih f'(p) v + O(h^2): the imaginary part is the derivative, without a difference
of near numbers and without a second framework. A loss it cannot see through is refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from problems.blame import blamed, last_line
from problems.counted import counted
from problems.errors import BadObjective
from problems.namespace import xp
from problems.objective import Arrays, Objective
from problems.problem import Problem

STEP = 1e-100
STEP_IN_FLOAT32 = 1e-20  # to see what plain arithmetic in float32 makes of a derivative
N_PROVED = 24  # examples that a proof looks at
N_DIRECTIONS = 4  # along which a gradient by hand is proved
EXACT = 1e-10  # relative; a rounding is 1e-16, a gradient 0.1 % off in one entry of 18 is 1e-4
DIFFERENCE_STEP = 1e-6
NEAR = 1e-6  # relative; what a central difference has left in float64, where that is all there is


def loss(objective: Objective, params: Arrays, batch: Arrays) -> float:
    """The summed loss in float64."""
    return float(np.real(objective.loss(xp, params, batch)))


def along(objective: Objective, params: Arrays, batch: Arrays, direction: Arrays) -> float:
    """The derivative of the summed loss along ``direction``, shaped like the parameters."""
    step = STEP if params[0].dtype == np.float64 else STEP_IN_FLOAT32
    moved = tuple(p + 1j * step * v for p, v in zip(params, direction, strict=True))
    return float(np.imag(objective.loss(xp, moved, batch)) / step)


def gradient(objective: Objective, params: Arrays, batch: Arrays) -> Arrays:
    """The gradient of the summed loss: by hand where the objective has one, else entry by entry.

    That by hand is proved by ``prove``. In the arithmetic of ``params`` and ``batch``.
    """
    if objective.gradient is not None:
        return tuple(objective.gradient(xp, params, batch))
    unit = tuple(np.zeros(p.shape, p.dtype) for p in params)
    found = tuple(np.empty(p.shape, p.dtype) for p in params)
    for one, into in zip(unit, found, strict=True):
        for place in np.ndindex(one.shape):
            one[place] = 1.0
            into[place] = along(objective, params, batch, unit)
            one[place] = 0.0
    return found


def prove(problem: Problem) -> None:
    """Raise BadObjective unless the loss is what an objective has to be.

    A finite scalar, the same in each call, additive over examples, differentiable at the start,
    seen through by the complex step; and its gradient by hand is that derivative.
    """
    exact = problem.astype("float64")
    rng = np.random.default_rng([problem.spec.seed, 2])
    with refusing(exact.objective):
        require_floats(exact)
        require_scalar(exact)
        require_additive(exact)
        for direction in directions(exact, rng, N_DIRECTIONS):
            require_derivative(exact, direction)


@contextmanager
def refusing(objective: Objective) -> Iterator[None]:
    """Turn whatever the objective raises into BadObjective with the line at fault."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            yield
    except (BadObjective, MemoryError):
        raise
    except np.exceptions.ComplexWarning as error:
        where = blamed(error, objective.loss)
        raise BadObjective(
            f"problem {objective.name}: the derivative is lost, a number made a plain float{where};"
            " keep to xp and operators: no float(), no .real, no assignment into real arrays."
        ) from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}{blamed(error, objective.loss)}"
        raise BadObjective(f"problem {objective.name}: {what}; {given(objective)}.") from error


def given(objective: Objective) -> str:
    """What a loss that fails is given, and what is expected of it."""
    arrays = (f"({', '.join(names)})" for names in (objective.params, objective.data))
    target = " (--target COLUMN makes y of a .csv)" if objective.data == ("X",) else ""
    return "expected array operations of xp on params {} and batch {}".format(*arrays) + target


def refused(objective: Objective, got: str, advice: str, function: object = None) -> BadObjective:
    """What was got and what to do, with the last line of ``function``, the loss's if None."""
    where = last_line(function or objective.loss)
    return BadObjective(f"problem {objective.name}{where}: {got}; {advice}.")


def require_floats(problem: Problem) -> None:
    """Raise BadObjective unless every parameter is of real floats."""
    objective = problem.objective
    for name, param in zip(objective.params, problem.start, strict=True):
        if param.dtype.kind != "f":
            got = f"{name} starts as {param.dtype}"
            raise refused(objective, got, "expected real floats", objective.start)


def require_scalar(problem: Problem) -> None:
    """Raise BadObjective unless the loss is one finite number, and the same when asked again."""
    objective, batch = problem.objective, first(problem, N_PROVED)
    value, again = (objective.loss(xp, problem.start, batch) for _ in range(2))
    if value is None:
        raise refused(
            objective, "the loss returns None", "expected a scalar: did it miss its return"
        )
    if np.shape(value) != ():
        advice = "expected a scalar: sum it over the examples with xp.sum"
        raise refused(objective, f"the loss has shape {np.shape(value)}", advice)
    if not np.isfinite(value):
        raise refused(
            objective, f"the loss at these parameters is {value}", "expected a finite number"
        )
    if value != again:
        got = f"two calls gave {float(value)!r} and {float(again)!r}"
        raise refused(objective, got, "expected a pure function: no random numbers, no state")


def require_additive(problem: Problem) -> None:
    """Raise BadObjective unless the loss of a batch is the sum over its examples."""
    objective, n = problem.objective, min(N_PROVED, problem.spec.n_examples)
    if n < 3:
        return

    def f(index: np.ndarray) -> float:
        return loss(objective, problem.start, problem.batch(index))

    rows, cut = np.arange(n), n // 3
    whole, left, right = f(rows), f(rows[:cut]), f(rows[cut:])
    scale = abs(whole) + abs(left) + abs(right)
    twice = f(np.concatenate((rows, rows)))
    if abs(twice - whole) <= EXACT * scale < abs(whole):
        raise refused(
            objective,
            "the loss of a batch is that of the batch twice over: a mean",
            "sum over the examples, and divide by nothing",
        )
    if abs(left + right - whole) <= EXACT * scale:
        return
    parts = f"the losses of {cut} and {counted(n - cut, 'example')}"
    got = f"{parts} add up to {left + right!r}, that of all is {whole!r}"
    if abs(2 * whole - twice - (left + right - whole)) <= EXACT * scale:
        advice = "a term does not grow with the batch: write X.shape[0] * penalty"
    else:
        advice = "examples depend on each other: expected a sum over examples"
    raise refused(objective, got, advice)


def require_derivative(problem: Problem, direction: Arrays) -> None:
    """Raise BadObjective unless the derivative along ``direction`` is what all ways say."""
    objective, params, batch = problem.objective, problem.start, first(problem, N_PROVED)
    moved = tuple(p + 1j * STEP * v for p, v in zip(params, direction, strict=True))
    value, stepped = loss(objective, params, batch), objective.loss(xp, moved, batch)
    derivative = float(np.imag(stepped) / STEP)
    back = along(objective, params, batch, tuple(-v for v in direction))
    size = max(1.0, abs(derivative))
    if abs(float(np.real(stepped)) - value) > EXACT * max(1.0, abs(value)):
        got = f"the loss is {value!r}, beside complex numbers {float(np.real(stepped))!r}"
        raise refused(objective, got, "expected operations that mean the same for both")
    if abs(derivative + back) > EXACT * size:
        got = f"its derivatives to either side are {derivative!r} and {-back!r}"
        raise refused(
            objective, f"not differentiable at these parameters: {got}", "start elsewhere"
        )
    near = difference(objective, params, batch, direction)
    if abs(derivative - near) > NEAR * max(size, abs(value)):
        got = f"the complex step says {derivative:.9g}, a difference quotient {near:.9g}"
        raise refused(
            objective, got, "an operation outside xp hides the derivative: xp.abs, not Python's abs"
        )
    if objective.gradient is not None:
        require_gradient(problem, batch, direction, derivative)


def require_gradient(problem: Problem, batch: Arrays, direction: Arrays, exact: float) -> None:
    """Raise BadObjective unless the gradient by hand is the derivative along ``direction``."""
    objective = problem.objective
    found = gradient(objective, problem.start, batch)
    shapes, expected = [np.shape(g) for g in found], [p.shape for p in problem.start]
    if shapes != expected:
        got = f"the gradient has shapes {shapes}"
        raise refused(objective, got, f"expected {expected}", objective.gradient)
    terms = [g * v for g, v in zip(found, direction, strict=True)]
    by_hand, scale = (float(sum(np.sum(f(t)) for t in terms)) for f in (np.asarray, np.abs))
    if not abs(by_hand - exact) <= EXACT * max(1.0, scale):
        got = f"along a direction the gradient by hand is {by_hand!r}, the loss's own {exact!r}"
        raise refused(objective, got, "expected the same: mend the formula", objective.gradient)


def difference(objective: Objective, params: Arrays, batch: Arrays, direction: Arrays) -> float:
    """The central difference quotient along ``direction``, in the longest floats there are."""

    def value(step: float) -> Any:
        moved = (p.astype(np.longdouble) + step * v for p, v in zip(params, direction, strict=True))
        return objective.loss(xp, tuple(moved), batch)

    return float((value(DIFFERENCE_STEP) - value(-DIFFERENCE_STEP)) / (2 * DIFFERENCE_STEP))


def directions(problem: Problem, rng: np.random.Generator, n: int) -> list[Arrays]:
    """``n`` random directions, shaped like the parameters."""
    return [tuple(rng.standard_normal(p.shape) for p in problem.start) for _ in range(n)]


def first(problem: Problem, n: int) -> Arrays:
    """The first ``n`` examples."""
    return problem.batch(np.arange(min(n, problem.spec.n_examples)))
