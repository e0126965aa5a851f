"""What both CasADi backends share: what they refuse, an objective as an expression, the start."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import casadi
import numpy as np

from backends.base import Array, Params, Refusal, unfit
from backends.engines.casadi_xp import Expression, Inexpressible, Matrix, Shape, held, xp
from backends.engines.numpy_host import Host, writable
from problems.objective import Arrays, Objective
from problems.problem import Problem


def linreg(params: Arrays, batch: Arrays) -> Expression:
    (w, b), (X, y) = params, batch
    # By rows, as they are held: by columns, X would be transposed
    residual = w.matrix @ X.matrix + b.matrix - y.matrix.T  # (1, batch)
    return Expression(casadi.sumsqr(residual) / 2, ())


FORMS: dict[str, Callable[[Arrays, Arrays], Expression]] = {"linreg": linreg}


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where CasADi can run ``problem`` on ``device`` in ``dtype``, else why not."""
    if refused := unfit("CasADi", device, ("cpu",), dtype):
        return refused
    if dtype != "float64":
        return Refusal("unsupported", f"CasADi computes in float64 only, not in {dtype}")
    return inexpressible(partial(gradient_function, signature(problem), problem.batch_size))


def inexpressible(make: Callable[[], object]) -> Refusal | None:
    """None where ``make`` makes what it should, else what CasADi has no expression for."""
    try:
        make()
    except Inexpressible as error:
        return Refusal("unsupported", str(error))
    return None


class Signature(NamedTuple):
    """What a function is made for: an objective, and the shapes of parameters and of an example."""

    objective: Objective
    params: tuple[Shape, ...]
    example: tuple[Shape, ...]


def signature(problem: Problem) -> Signature:
    params = tuple(array.shape for array in problem.start)
    return Signature(problem.objective, params, tuple(array.shape[1:] for array in problem.data))


class Symbols(NamedTuple):
    """Matrices whose numbers come later: the parameters, some examples, lr / batch_size."""

    params: list[Matrix]
    batch: list[Matrix]  # (numbers of an example, examples) each: C order, in the same memory
    rate: Matrix

    def all(self) -> list[Matrix]:
        return [*self.params, *self.batch, self.rate]


def symbols(of: Signature, n: int) -> Symbols:
    """Symbols of the parameters and of ``n`` examples."""
    sym = casadi.MX.sym
    params = [sym(name, *held(s)) for name, s in zip(of.objective.params, of.params, strict=True)]
    lengths = zip(of.objective.data, map(math.prod, of.example), strict=True)
    return Symbols(params, [sym(name, length, n) for name, length in lengths], sym("rate"))


def summed_loss(of: Signature, n: int, given: Symbols) -> Matrix:
    """The summed loss of ``n`` examples: in our own form, or as the objective writes it."""
    params = tuple(map(Expression, given.params, of.params))
    batch = tuple(Expression(a, (n, *s)) for a, s in zip(given.batch, of.example, strict=True))
    loss = FORMS.get(of.objective.name) or partial(of.objective.loss, xp)
    return loss(params, batch).matrix


# Functions of (params, batch, rate): the rate is there for all, so that all are called alike


@cache
def loss_function(of: Signature, n: int) -> casadi.Function:
    """To the summed loss of ``n`` examples."""
    given = symbols(of, n)
    return casadi.Function("loss", given.all(), [summed_loss(of, n, given)])


@cache
def gradient_function(of: Signature, n: int) -> casadi.Function:
    """To the gradient of the summed loss of ``n`` examples, by one sweep for all parameters."""
    given = symbols(of, n)
    (grads,) = casadi.reverse([summed_loss(of, n, given)], given.params, [[casadi.MX(1)]])
    # What the loss does not depend on has a gradient without numbers
    return casadi.Function("gradient", given.all(), [casadi.densify(grad) for grad in grads])


def mean_of(loss: casadi.Function, n: int) -> casadi.Function:
    """To a loss summed over ``n`` examples, divided by their number."""
    given = loss.mx_in()
    (total,) = called(loss, given)
    return casadi.Function("mean_loss", given, [total / n])


def step_of(gradient: casadi.Function) -> casadi.Function:
    """To the parameters after one SGD update by ``gradient``."""
    given = gradient.mx_in()
    params, rate = given[: gradient.n_out()], given[-1]
    grads = called(gradient, given)
    after = [param - rate * grad for param, grad in zip(params, grads, strict=True)]
    step = casadi.Function("step", given, after)
    return step.expand() if gradient.is_a("SXFunction") else step


def called(function: casadi.Function, given: list[Matrix]) -> list[Matrix]:
    """What ``function`` gives, its own matrices made part of the caller's."""
    results: list[Matrix] = function.call(given, function.is_a("MXFunction"), False)
    return results


def unrolled(function: casadi.Function, most: int) -> casadi.Function:
    """``function`` with every number a scalar of its own, where that takes few instructions.

    At most ``most``; else, and where one number looks up another, as it is, of matrices.
    """
    if function.nnz_in() > most:
        return function
    try:
        scalars = function.expand()
    except RuntimeError:
        return function
    return scalars if scalars.n_instructions() <= most else function


def bound(
    function: casadi.Function, arguments: dict[int, np.ndarray], results: dict[int, np.ndarray]
) -> tuple[Any, Callable[[], None]]:
    """The buffer of ``function`` over the memory of these arrays, and the call that evaluates."""
    # Any: the stubs ask for a size that the memory brings along
    buffer: Any
    buffer, evaluate = function.buffer()
    for i, array in arguments.items():
        buffer.set_arg(i, array.data)
    for i, array in results.items():
        buffer.set_res(i, array.data)
    return buffer, evaluate


class Bound:
    """Parameters in memory that stays where it is, and what needs no gradient."""

    def __init__(self, problem: Problem, mean_loss: casadi.Function) -> None:
        self.memory, self.fresh = Host(), problem.start
        self.params = tuple(map(writable, problem.start))
        # CasADi knows float64 only, so that integers are such numbers too
        self.data = tuple(np.asarray(array, np.float64) for array in problem.data)
        self.rate, self.mean = np.array([problem.rate]), np.empty(1)
        arguments = dict(enumerate((*self.params, *self.data, self.rate)))
        self.buffer, self.evaluate = bound(mean_loss, arguments, {0: self.mean})

    def start(self) -> Params:
        for param, first in zip(self.params, self.fresh, strict=True):
            param[...] = first
        return self.params

    def loss(self, params: Params) -> Array:
        self.evaluate()
        return self.mean[0]
