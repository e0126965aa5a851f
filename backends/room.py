"""Room: whether a dtype can hold a problem, and what training makes of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from backends.errors import BadInput
from backends.problem import ARRAYS, Problem
from backends.reference import Trajectory, mean_loss, trajectory
from backends.subject import TOLERANCE, distance

SMALLER = "No arm could be checked. Expected a smaller one, such as lr / 10, or a wider dtype."


def reference_of(problem: Problem, dtypes: Iterable[str]) -> Trajectory:
    """The float64 reference. Raises BadInput where it, or one in ``dtypes``, cannot be held.

    No engine is to be called wrong for what its numbers have no room for.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        exact = trajectory(problem)
        if not is_finite(exact):
            raise BadInput(f"{training(problem)} diverges beyond float64. {SMALLER}")
        for dtype in sorted(set(dtypes) - {"float64"}):
            require_within(problem, exact, dtype)
    return exact


def require_within(problem: Problem, exact: Trajectory, dtype: str) -> None:
    """Raise BadInput where ``dtype`` cannot hold the data, or what training makes of them.

    Plain NumPy in that dtype tells. Where training diverges rounding grows with it: there the
    dtype must stay well within the tolerance too.
    """
    largest = f"whose largest number is {np.finfo(dtype).max:.1e}"
    for name in ARRAYS[:-1]:
        if not np.isfinite(getattr(problem, name).astype(dtype)).all():
            raise BadInput(f"{training(problem)}: {name} is beyond {dtype}, {largest}. {SMALLER}")
    rounded = trajectory(problem, dtype)
    if not is_finite(rounded):
        raise BadInput(f"{training(problem)} goes beyond {dtype}, {largest}. {SMALLER}")
    start = mean_loss(problem.w_start, problem.b_start, problem.X, problem.y)
    off = distance(rounded.after_epoch[-1], exact.after_epoch[-1])
    if exact.losses[-1] > start and off > TOLERANCE[dtype] / 10:
        raise BadInput(
            f"{training(problem)} diverges, and rounding to {dtype} alone puts it {off:.1g} off. "
            f"{SMALLER}"
        )


def is_finite(answer: Trajectory) -> bool:
    """Whether the last parameters and every loss are numbers: nothing comes back from infinity."""
    w, b = answer.after_epoch[-1]
    return bool(np.isfinite([*w.ravel(), *b, *answer.losses]).all())


def training(problem: Problem) -> str:
    """What is trained, at which settings."""
    spec = problem.spec
    return (
        f"lr is {spec.lr!r} and noise {spec.noise!r}; with {spec.n_examples} examples of "
        f"{spec.n_features} features in batches of {spec.batch_size} training"
    )
