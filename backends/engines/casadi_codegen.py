"""CasADi: the epoch as one expression, its gradients symbolic, generated to C and compiled."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import casadi
import numpy as np

from backends.base import Backend, Params, Refusal
from backends.engines.casadi_symbols import (
    FORMS,
    Bound,
    Signature,
    bound,
    gradient_function,
    inexpressible,
    loss_function,
    mean_of,
    signature,
    step_of,
    supports,
    symbols,
    unrolled,
)
from backends.engines.casadi_xp import Inexpressible
from backends.temporary import not_executable
from problems.problem import Problem

COMPILER = "cc"
# Sums in any order; unlike -ffast-math, NaN, infinity and subnormals stay what they are
REORDER = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno")
# Functions may be inlined though a shared library's could be replaced when it is loaded
INLINE = "-fno-semantic-interposition"
FLAGS = ("-O3", "-march=native", *REORDER, INLINE, "-shared", "-fPIC", "-lm")
# A product is written to none of what it reads: told so, the compiler makes its loops of vectors
PRODUCT, APART = (f"casadi_real* {word}z, casadi_int tr)" for word in ("", "restrict "))
# Instructions, on scalars or loops over matrices, for which a C compiler takes a second or two; on
# scalars alone, up to ten
SHORT, LONGEST = 1000, 10_000
LARGEST = 2**31  # the generated code counts the numbers of a matrix in a C int


def epoch_expression(of: Signature, n_examples: int, n: int, size: int) -> casadi.Function:
    """(params, data, rate, order (n,)) to the parameters after a step over each minibatch."""
    given, order = symbols(of, n_examples), casadi.MX.sym("order", n)
    # Of one row the places are the order itself, and need no arithmetic
    visited = [a[:, order] if a.shape[0] > 1 else a[order].T for a in given.batch]
    after = all_steps(of, n, size).call([*given.params, *visited, given.rate])
    return casadi.Function("epoch", [*given.all(), order], after)


def all_steps(of: Signature, n: int, size: int) -> casadi.Function:
    """(params, batch, rate) to the parameters after a step over each minibatch of ``n`` examples.

    In C a tower of functions, each calling the one below ten times: it grows with log(n).
    """
    whole, short = divmod(n, size)
    floors = [(step_of(short_in_c(gradient_function, of, size)), size)]
    while 10 ** len(floors) <= whole:
        floors.append((in_turn(of, [floors[-1]] * 10), floors[-1][1] * 10))
    digits = zip(reversed(floors), map(int, str(whole)), strict=True)
    parts = [floor for floor, digit in digits for _ in range(digit)]
    if short:
        parts.append((step_of(short_in_c(gradient_function, of, short)), short))
    return in_turn(of, parts)


def in_turn(of: Signature, parts: Sequence[tuple[casadi.Function, int]]) -> casadi.Function:
    """Functions of so many examples each as one, each from where the one before it got to."""
    cuts = list(accumulate((n for _, n in parts), initial=0))
    given = symbols(of, cuts[-1])
    pieces = zip(*(casadi.horzsplit(array, cuts) for array in given.batch), strict=True)
    params = given.params
    for (function, _), batch in zip(parts, pieces, strict=True):
        params = function.call([*params, *batch, given.rate])
    return casadi.Function(f"steps_{cuts[-1]}", given.all(), params)


@cache
def short_in_c(
    make: Callable[[Signature, int], casadi.Function], of: Signature, n: int
) -> casadi.Function:
    """What ``make`` makes of ``n`` examples, in that form whose C is short.

    Every number a scalar where they are few; else matrices; else, for matrices cost a loop each, a
    loop over the examples: losses add up, and gradients with them. Raises Inexpressible.
    """
    function = unrolled(make(of, n), SHORT)
    if function.n_instructions() <= SHORT:
        return function
    one = unrolled(make(of, 1), LONGEST)
    if not one.is_a("SXFunction"):
        length = one.n_instructions()
        raise Inexpressible(f"generated C of {length} operations takes a compiler too long")
    shared, results = [*range(len(of.params)), one.n_in() - 1], list(range(one.n_out()))
    return one.map(one.name(), "serial", n, shared, results, {})


def source_of(function: casadi.Function) -> str:
    generator = casadi.CodeGenerator(function.name())
    generator.add(function)
    text: str = generator.dump()
    return text.replace(PRODUCT, APART)


def compiled(function: casadi.Function) -> casadi.Function:
    name = function.name()
    with TemporaryDirectory() as folder:  # what is loaded stays loaded when its file is gone
        source, library = Path(folder, f"{name}.c"), Path(folder, f"{name}.so")
        source.write_text(source_of(function), encoding="utf-8")
        subprocess.run([COMPILER, source, "-o", library, *FLAGS], check=True)
        return casadi.external(name, str(library))


# Of problems of one shape, one compilation a process


@cache
def epoch_program(of: Signature, n_examples: int, n: int, size: int) -> casadi.Function:
    return compiled(epoch_expression(of, n_examples, n, size))


@cache
def loss_program(of: Signature, n: int) -> casadi.Function:
    return compiled(mean_of(short_in_c(loss_function, of, n), n))


class Codegen(Bound):
    steps = None  # the epoch is one C function

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        of, n, began = signature(problem), problem.spec.n_examples, time.perf_counter()
        epoch = epoch_program(of, n, problem.n_visited, problem.batch_size)
        super().__init__(problem, loss_program(of, n))
        compilations.append(time.perf_counter() - began)
        # CasADi knows float64 only, so its indices are such numbers too
        self.order = np.empty(problem.n_visited)
        arrays = (*self.params, *self.data, self.rate, self.order)
        # In place: parameters are read by the first step alone, and written after the last
        arguments, results = (dict(enumerate(some)) for some in (arrays, self.params))
        self.run_buffer, self.run = bound(epoch, arguments, results)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.order[:] = order
        self.run()
        return params


compilations: list[float] = []  # the seconds that each problem took to compile


def codegen_supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where there is a C compiler, and no more numbers than it counts, else why not."""
    if refused := supports(problem, device, dtype):
        return refused
    for name, array in zip(problem.objective.data, problem.data, strict=True):
        if array.size >= LARGEST:
            got = f"not the {array.size} of {name}"
            return Refusal("unsupported", f"generated C holds less than 2^31 numbers, {got}")
    of, size = signature(problem), problem.batch_size
    if refused := inexpressible(partial(short_in_c, gradient_function, of, size)):
        return refused
    if shutil.which(COMPILER) is None:
        return Refusal("unavailable", f"no C compiler {COMPILER!r} (Debian: apt install gcc)")
    return not_executable("CasADi")


def facts(device: str) -> Mapping[str, str | float]:
    return {"version": casadi.CasadiMeta.version(), "compile_seconds": sum(compilations)}


casadi_codegen = Backend(
    *("casadi-codegen", "casadi", "autodiff", "compiled epoch"),
    *(codegen_supports, Codegen, facts, FORMS),
)
