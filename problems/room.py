"""Room: whether a dtype can hold a problem, and what training makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from problems.case import VARIANTS, Case
from problems.counted import counted
from problems.errors import BadInput
from problems.guard import require_vocabulary
from problems.oracle import prove
from problems.problem import Problem
from problems.reference import Reference

SMALLER = "No arm could be checked. Expected a smaller one, such as lr / 10, or a wider dtype."
LARGEST_TOLERANCE = 1e-2  # beyond, a right arm cannot be told from a wrong one


def cases_of(problem: Problem, dtypes: Iterable[str]) -> dict[str, Case]:
    """The case of ``problem``, proved, in float64 and in each of ``dtypes``. Raises BadInput."""
    require_vocabulary(problem)
    prove(problem)
    asked = {*dtypes}
    cases = {
        dtype: case_of(problem, dtype, VARIANTS if dtype in asked else ("itself",))
        for dtype in ("float64", *sorted(asked - {"float64"}))
    }
    prove(cases["float64"].of("moved")[0])  # where what is zero at the start is not
    return cases


def case_of(problem: Problem, dtype: str, variants: Iterable[str] = VARIANTS) -> Case:
    """The case of ``problem`` in ``dtype``. Raises BadInput where that has no room for it.

    No engine is to be called wrong for what its numbers cannot hold.
    """
    limit = np.finfo(dtype).max
    largest = f"whose largest number is {limit:.1e}"
    for name, array in problem.arrays():
        if array.dtype.kind == "f" and not (np.abs(array) <= limit).all():
            raise BadInput(f"{training(problem)}: {name} is beyond {dtype}, {largest}. {SMALLER}")
    case = Case(problem.astype(dtype))
    with np.errstate(over="ignore", invalid="ignore"):
        found = case.references(variants)
    if not problem.objective.trained:
        return cased(case, found, float(limit))
    for one in found.values():
        entries = np.abs(np.concatenate([one.epochs.values.ravel(), one.losses.values.ravel()]))
        off = float(one.epochs.tolerances.max())
        if not np.isfinite(entries).all():
            raise BadInput(f"{training(problem)} diverges beyond float64. {SMALLER}")
        if not (entries * problem.spec.n_examples <= limit).all():
            raise BadInput(f"{training(problem)} goes beyond {dtype}, {largest}. {SMALLER}")
        if off > LARGEST_TOLERANCE:
            raise BadInput(
                f"{training(problem)} diverges, and rounding to {dtype} alone puts it {off:.1g} "
                f"off. {SMALLER}"
            )
    return Case(case.problem, found)


def cased(case: Case, found: Mapping[str, Reference], limit: float) -> Case:
    """The case with its references, of what is not trained. Raises BadInput as ``case_of``."""
    for one in found.values():
        entries = np.abs(np.concatenate([one.gradients.values.ravel(), one.losses.values.ravel()]))
        if not (entries * case.problem.spec.n_examples <= limit).all():
            dtype = case.problem.start[0].dtype
            raise BadInput(
                f"{training(case.problem)}: its loss or gradient goes beyond {dtype}, whose "
                f"largest number is {limit:.1e}. No arm could be checked. Expected a smaller one, "
                "or a wider dtype."
            )
    return Case(case.problem, found)


def training(problem: Problem) -> str:
    """What is trained, at which settings."""
    spec = problem.spec
    own = ", ".join(f"{name} {value!r}" for name, value in spec.sizes.items())
    what = f"{problem.objective.name} on {counted(spec.n_examples, 'example')}"
    what += f" ({own})" if own else ""
    if not problem.objective.trained:
        return what
    return f"lr is {spec.lr!r}; {what} in batches of {spec.batch_size}: training"
