"""Derivatives besides the gradient in CasADi, as expressions, evaluated by its virtual machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import casadi
import numpy as np

from backends.base import Array, Batch, Params
from backends.engines.casadi_symbols import (
    Signature,
    Symbols,
    bound,
    gradient_function,
    summed_loss,
    symbols,
    unrolled,
)
from backends.engines.casadi_xp import held
from backends.operators import (
    ALONG,
    FORWARD,
    FORWARD_OVER_REVERSE,
    REVERSE_VECTORIZED,
    Operator,
)

UNROLLED = 8  # instructions of scalars that are done as soon as one of matrices


# Functions of (params, batch, direction where there is one)


def jvp(of: Signature, n: int) -> casadi.Function:
    given, vectors = symbols(of, n), directions(of)
    (along,) = casadi.forward([summed_loss(of, n, given)], given.params, [vectors])
    return function("jvp", [*given.params, *given.batch, *vectors], along)


def hvp(of: Signature, n: int) -> casadi.Function:
    given, vectors = symbols(of, n), directions(of)
    (grads,) = casadi.reverse([summed_loss(of, n, given)], given.params, [[casadi.MX(1)]])
    (along,) = casadi.forward(grads, given.params, [vectors])
    return function("hvp", [*given.params, *given.batch, *vectors], along)


def hessian(of: Signature, n: int) -> casadi.Function:
    given = symbols(of, n)
    shapes = [held(shape) for shape in of.params]
    # Column by column, as CasADi lays a matrix out, is our C order
    flat = casadi.MX.sym("p", sum(rows * columns for rows, columns in shapes))
    ends = np.cumsum([0, *(rows * columns for rows, columns in shapes)]).tolist()
    parts = [
        casadi.reshape(part, *shape)
        for part, shape in zip(casadi.vertsplit(flat, ends), shapes, strict=True)
    ]
    loss = summed_loss(of, n, Symbols(parts, given.batch, given.rate))
    of_flat = casadi.Function("hessian", [flat, *given.batch], [casadi.hessian(loss, flat)[0]])
    joined = casadi.vertcat(*map(casadi.vec, given.params))
    return function("hessian", [*given.params, *given.batch], of_flat.call([joined, *given.batch]))


def per_example(of: Signature, n: int) -> casadi.Function:
    given, m = symbols(of, n), len(of.params)
    alone = gradient_function(of, 1)
    # Parameters and the rate are the same for all, the examples stand side by side
    each = alone.map("each", "serial", n, [*range(m), alone.n_in() - 1], [])
    found = each.call([*given.params, *given.batch, casadi.MX(0)])
    return function("per_example", [*given.params, *given.batch], found)


def directions(of: Signature) -> list[casadi.MX]:
    return [casadi.MX.sym(f"v_{i}", *held(shape)) for i, shape in enumerate(of.params)]


def function(name: str, given: list[casadi.MX], results: list[casadi.MX]) -> casadi.Function:
    """The function of ``given`` to ``results`` without structural zeros, unrolled where short."""
    made = casadi.Function(name, given, [casadi.densify(result) for result in results])
    return unrolled(made, UNROLLED * made.n_instructions())


FUNCTIONS = {
    "jvp": (jvp, FORWARD),
    "hvp": (hvp, FORWARD_OVER_REVERSE),
    "hessian": (hessian, FORWARD_OVER_REVERSE),
    "per_example": (per_example, REVERSE_VECTORIZED),
}


def operators(of: Signature, params: Params) -> dict[str, Operator]:
    """The operators at ``params``, the memory of the one live set, each made when asked for."""
    return {
        name: Operator(evaluation(of, params, name), composition)
        for name, (_, composition) in FUNCTIONS.items()
    }


def evaluation(of: Signature, params: Params, name: str) -> Callable[..., Array | Params]:
    """The operator ``name`` over memory of its own, for each length of a batch."""

    @cache
    def program(n: int) -> tuple[Callable[..., None], Params]:
        results = tuple(np.empty(shape) for shape in shapes_of(name, n, params))
        made = FUNCTIONS[name][0](of, n)
        buffer, evaluate = bound(made, dict(enumerate(params)), dict(enumerate(results)))

        def evaluated(given: Params) -> None:
            # Integers are copied: CasADi knows none
            numbers = [np.asarray(array, np.float64) for array in given]
            for place, array in enumerate(numbers, len(params)):
                buffer.set_arg(place, array.data)
            evaluate()

        return evaluated, results

    def called(params: Params, batch: Batch, direction: Params = ()) -> Array | Params:
        evaluate, results = program(len(batch[0]))
        evaluate((*batch, *direction))
        found = tuple(map(np.copy, results))
        return found if name in ("hvp", "per_example") else found[0]

    return called


def shapes_of(name: str, n: int, params: Params) -> list[tuple[int, ...]]:
    """The shapes of what the operator ``name`` gives of ``n`` examples."""
    if name in ALONG:
        return [()] if name == "jvp" else [p.shape for p in params]
    n_params = sum(p.size for p in params)
    return [(n_params, n_params)] if name == "hessian" else [(n, *p.shape) for p in params]
