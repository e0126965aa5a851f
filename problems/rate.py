"""The learning rate where none is asked for and no formula gives one: found by trying."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from problems.case import Case, other_data, probe
from problems.errors import BadInput
from problems.guard import require_vocabulary
from problems.oracle import prove, refusing
from problems.problem import Problem
from problems.reference import walked
from problems.room import LARGEST_TOLERANCE, training

MOST_TRIALS = 40  # from 0.03 down to 1e-21
MOST_STEADIED = 1000  # times by which a rate at which the loss falls is lowered to be steady
RISE = 0.01  # relative; at an optimum the noise of minibatches raises a loss a little
TINY = 1e-300
DIVERGED = 10  # relative: a loss that has risen by so much is no noise


def settled(problem: Problem) -> Problem:
    """``problem``, in float64, at a rate at which its loss falls, steadily. Raises BadObjective.

    As it is where the objective has a formula, which is of data that it makes, or is not trained.
    """
    of_formula = problem.objective.stable_rate is not None and problem.spec.data is None
    if of_formula or not problem.objective.trained:
        return problem
    require_vocabulary(problem)
    prove(problem)
    rate, falling = problem.spec.lr, None
    for _ in range(MOST_TRIALS):
        slower = replace(problem, spec=replace(problem.spec, lr=rate))
        falls = all(rise_after(slower, n) <= RISE for n in sorted({1, problem.spec.epochs}))
        if falls and is_steady(slower):
            return slower
        falling = falling or (slower if falls else None)
        if falling and rate < falling.spec.lr / MOST_STEADIED:
            return falling  # no rate that anybody would train at is steady
        rate = float(f"{rate / 3:.0e}")  # 0.03, 0.01, 0.003
    return falling or problem  # which is refused, with its rate


def is_steady(problem: Problem) -> bool:
    """Whether training stays finite, of single examples too, and roundings decide nothing.

    Two that differ by roundings of float32 after every step end beside one another.
    """
    case, rng = Case(problem), np.random.default_rng([problem.spec.seed, 6])
    with refusing(problem.objective), np.errstate(all="ignore"):
        losses = [walked(other(case))["losses", 1][0] for other in (probe, other_data)]
        end, beside = (
            np.concatenate([p.ravel() for p in walk["epochs", problem.spec.epochs]])
            for walk in (walked(problem), walked(problem, "float32", rng))
        )
    off = float(np.abs(beside - end).max()) / max(float(np.abs(end).max()), TINY)
    # A tenth, for tolerances take what roundings do tenfold
    return bool(np.isfinite(losses).all()) and off <= LARGEST_TOLERANCE / 10


def require_descent(problem: Problem) -> None:
    """Raise BadInput where a rate that was named diverges on a user's problem or data."""
    spec = problem.spec
    if not problem.objective.trained or (spec.data is None and spec.source is None):
        return
    require_vocabulary(problem)
    prove(problem)
    before, after = losses(problem, 1)
    if rise(before, after) > DIVERGED:
        raise BadInput(
            f"{training(problem)} diverges: the mean loss goes from {before:.3g} to {after:.3g} in "
            "an epoch. Expected a smaller --lr, such as a tenth; without it one is found."
        )


def rise_after(problem: Problem, n_epochs: int) -> float:
    """How much the loss is higher after so many epochs, relative; inf where it is not finite."""
    return rise(*losses(problem, n_epochs))


def rise(before: float, after: float) -> float:
    """By how much ``after`` is above ``before``, relative to that."""
    return (after - before) / max(abs(before), TINY) if math.isfinite(after) else math.inf


def losses(problem: Problem, n_epochs: int) -> tuple[float, float]:
    """The mean loss at the start, and after the first so many epochs of the reference."""
    spec = replace(problem.spec, epochs=n_epochs)
    with refusing(problem.objective), np.errstate(all="ignore"):
        walk = walked(replace(problem, spec=spec, orders=problem.orders[:n_epochs]))
    before, after = (float(walk["losses", number][0]) for number in (0, n_epochs))
    return before, after
