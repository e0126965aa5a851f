"""The check of operators: every derivative besides the gradient that a program offers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from backends.checks.finding import Values, require_close
from backends.checks.gradient import require_unchanged
from backends.checks.subject import Arrays, Subject, fetched
from backends.contract import batches_of, require_params
from backends.errors import CheckFailed
from backends.operators import ALONG, Operator, failing, offered
from problems import operators as reference
from problems.reference import Answer
from problems.tolerance import SAFETY, distance


def check_operators(subject: Subject) -> Values:
    """Each operator is the reference's, on a whole and on a short minibatch, and changes nothing.

    Of a run those that were timed. One that fails is none, and is told among the values.
    """
    program, offers = subject.program, offered(subject.program)
    reasons = {one: failing(program, one, subject.problem) for one in subject.operators}
    values: Values = {name: why for name, why in reasons.items() if why and name in offers}
    names = [name for name, why in reasons.items() if why is None]
    short = subject.of("ragged") if names else subject
    for name in names:
        last, of_short = short.problem.n_batches - 1, offered(short.program)[name]
        errors = held(subject, name, offers[name], 0), held(short, name, of_short, last)
        values[f"{name}_error"] = max(errors)
    return values


def held(subject: Subject, name: str, operator: Operator, number: int) -> float:
    """The error of an operator on minibatch ``number``, in the second of two calls too."""
    program, problem = subject.program, subject.problem
    assert program.steps is not None
    params = program.start()
    batch = next(islice(batches_of(program.steps, problem.orders[0]), number, None))
    vectors = (program.memory.put(problem.direction),) if name in ALONG else ()
    given = (*params, *batch, *(v for vector in vectors for v in vector))
    names = (*problem.objective.params, *problem.objective.data, *problem.objective.params)
    before, errors = fetched(program, given), []
    for _ in range(2):
        got = taken(subject, name, operator(params, batch, *vectors))
        require_unchanged(name, before, fetched(program, given), names[: len(given)])
        errors.append(error_of(subject, name, number, got))
    return max(errors)


def taken(subject: Subject, name: str, value: Any) -> Arrays:
    """What an operator gave, as NumPy arrays."""
    if name in ("jvp", "hessian"):
        return fetched(subject.program, (value,))
    return fetched(subject.program, require_params(name, value, subject.problem.objective.params))


def error_of(subject: Subject, name: str, number: int, got: Arrays) -> float:
    """The error of ``got``. Raises CheckFailed for another shape, dtype or value."""
    problem, what = subject.problem, f"{name} of batch {number}"
    require_alike(what, got, expected_shapes(subject, name, number), subject.arm.dtype)
    right = subject.right(name, number)
    if name == "hessian":
        (matrix,) = got
        require_product(subject, matrix, number)
        got = (matrix[:, reference.columns(problem)],)
    elif name == "per_example":
        require_sum(subject, got, number)
        got = tuple(array[reference.examples(problem, number)] for array in got)
    return require_close(got, right, what, f"{name}_error")


def expected_shapes(subject: Subject, name: str, number: int) -> list[tuple[int, ...]]:
    """The shapes of what operator ``name`` gives of minibatch ``number``."""
    shapes = [p.shape for p in subject.problem.start]
    n_params, n = sum(p.size for p in subject.problem.start), len(subject.problem.minibatch(number))
    return {
        "jvp": [()],
        "hvp": shapes,
        "hessian": [(n_params, n_params)],
        "per_example": [(n, *shape) for shape in shapes],
    }[name]


def require_alike(what: str, got: Arrays, shapes: Sequence[tuple[int, ...]], dtype: str) -> None:
    """Raise CheckFailed unless ``got`` has these shapes and this dtype."""
    found = [(array.shape, str(array.dtype)) for array in got]
    if found != [(shape, dtype) for shape in shapes]:
        expected = f"expected {list(shapes)} in {dtype}"
        raise CheckFailed(f"{what} has shapes and dtypes {found}; {expected}")


def require_product(subject: Subject, matrix: np.ndarray, number: int) -> None:
    """Raise CheckFailed unless the matrix times the direction is ``hvp``, to what its sums round.

    Of a large Hessian some columns are known only: this looks at all.
    """
    right, direction = subject.right("hvp", number), reference.flat(subject.problem.direction)
    exact, eps = matrix.astype("float64"), float(np.finfo(subject.arm.dtype).eps)
    expected, vector = reference.flat(right.value), direction.astype("float64")
    room = SAFETY * eps * float((np.abs(exact) @ np.abs(vector)).max())
    allowed = right.tolerance + room / max(1.0, float(np.abs(expected).max()))
    off = distance((exact @ vector,), (expected,))
    if not off <= allowed:
        text = f"hessian of batch {number} times a vector is {off:.3g} away from hvp"
        raise CheckFailed(f"{text}; expected at most {allowed:.2g}", {"hessian_error": off})


def require_sum(subject: Subject, got: Arrays, number: int) -> None:
    """Raise CheckFailed unless the gradients of the examples add up to that of the batch."""
    right = subject.right("gradients", number)
    sums = tuple(np.sum(array, axis=0, dtype="float64") for array in got)
    eps, n = float(np.finfo(subject.arm.dtype).eps), len(got[0])
    largest = max(float(np.abs(array).max()) for array in got)
    scale = max(1.0, *(float(np.abs(one).max()) for one in right.value))  # as ``distance`` has it
    allowed = Answer(right.value, right.tolerance + eps * n * largest / scale)
    what = f"the sum of per_example of batch {number}"
    require_close(sums, allowed, what, "per_example_error")
