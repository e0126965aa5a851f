"""Room: whether a dtype can hold a problem, and what training makes of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from problems.case import Case
from problems.errors import BadInput
from problems.oracle import prove
from problems.problem import Problem

SMALLER = "No arm could be checked. Expected a smaller one, such as lr / 10, or a wider dtype."
LARGEST_TOLERANCE = 1e-2  # beyond, a right arm cannot be told from a wrong one


def cases_of(problem: Problem, dtypes: Iterable[str]) -> dict[str, Case]:
    """The case of ``problem``, proved, in float64 and in each of ``dtypes``. Raises BadInput."""
    prove(problem)
    return {
        dtype: case_of(problem, dtype) for dtype in ("float64", *sorted({*dtypes} - {"float64"}))
    }


def case_of(problem: Problem, dtype: str) -> Case:
    """The case of ``problem`` in ``dtype``. Raises BadInput where that has no room for it.

    No engine is to be called wrong for what its numbers cannot hold.
    """
    largest = f"whose largest number is {np.finfo(dtype).max:.1e}"
    for name, array in problem.arrays():
        if array.dtype.kind == "f" and not (np.abs(array) <= np.finfo(dtype).max).all():
            raise BadInput(f"{training(problem)}: {name} is beyond {dtype}, {largest}. {SMALLER}")
    case = Case(problem.astype(dtype))
    with np.errstate(over="ignore", invalid="ignore"):
        _, found = case.of("itself")
    entries = np.abs(np.concatenate([found.epochs.values.ravel(), found.losses.values.ravel()]))
    if not np.isfinite(entries).all():
        raise BadInput(f"{training(problem)} diverges beyond float64. {SMALLER}")
    if not (entries * problem.spec.n_examples <= np.finfo(dtype).max).all():
        raise BadInput(f"{training(problem)} goes beyond {dtype}, {largest}. {SMALLER}")
    off = float(found.epochs.tolerances.max())
    if off > LARGEST_TOLERANCE:
        raise BadInput(
            f"{training(problem)} diverges, and rounding to {dtype} alone puts it {off:.1g} off. "
            f"{SMALLER}"
        )
    return case


def training(problem: Problem) -> str:
    """What is trained, at which settings."""
    spec = problem.spec
    own = ", ".join(f"{name} {value!r}" for name, value in spec.sizes.items())
    return (
        f"lr is {spec.lr!r}; {problem.objective.name} on {spec.n_examples} examples ({own}) in "
        f"batches of {spec.batch_size}: training"
    )
