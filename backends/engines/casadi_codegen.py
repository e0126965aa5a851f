"""CasADi: the epoch as one expression, its gradients symbolic, generated to C and compiled."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import casadi
import numpy as np

from backends.base import Backend, Params, Refusal
from backends.engines.casadi_symbols import (
    Bound,
    bound,
    loss_function,
    step_function,
    supports,
)
from backends.engines.numpy_host import writable
from backends.temporary import not_executable
from problems.problem import Problem

COMPILER = "cc"
# Sums in any order; unlike -ffast-math, NaN, infinity and subnormals stay what they are
REORDER = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno")
FLAGS = ("-O3", "-march=native", *REORDER, "-shared", "-fPIC", "-lm")
UNROLLED = 200  # above, straight-line code of a step takes the C compiler seconds to hours
LARGEST = 2**31  # the generated code counts the numbers of a matrix in a C int


def epoch_expression(n_examples: int, n: int, d: int, size: int) -> casadi.Function:
    """(w, b, rate, table (d + 1, n_examples), order (n,)) to (w, b); table's last row is y."""
    w, b, rate = casadi.MX.sym("w", d), casadi.MX.sym("b"), casadi.MX.sym("rate")
    table, order = casadi.MX.sym("table", d + 1, n_examples), casadi.MX.sym("order", n)
    whole = n - n % size
    whole_batches, short_batch = casadi.horzsplit(table[:, order], [0, whole, n])
    # In C a tower of functions, each calling the one below ten times: it grows with log(n)
    steps = sgd_step(d, size).mapaccum("steps", n // size, 3, {})
    ws, bs, _ = steps(w, b, rate, whole_batches)
    w_after, b_after = ws[:, -1], bs[:, -1]
    if whole < n:
        w_after, b_after, _ = sgd_step(d, n - whole)(w_after, b_after, rate, short_batch)
    return casadi.Function("epoch", [w, b, rate, table, order], [w_after, b_after])


def sgd_step(d: int, size: int) -> casadi.Function:
    """(w, b, rate, batch (d + 1, size)) to (w, b, rate): the state that goes from step to step."""
    w, b, rate = casadi.MX.sym("w", d), casadi.MX.sym("b"), casadi.MX.sym("rate")
    batch = casadi.MX.sym("batch", d + 1, size)
    step = step_function(d, size, UNROLLED)
    w_after, b_after, *_ = step(w, b, batch[:d, :], batch[d, :].T, rate)
    sgd = casadi.Function("sgd", [w, b, rate, batch], [w_after, b_after, rate])
    return sgd.expand() if d * size <= UNROLLED else sgd


def compiled(function: casadi.Function) -> casadi.Function:
    name = function.name()
    with TemporaryDirectory() as folder:  # what is loaded stays loaded when its file is gone
        generator = casadi.CodeGenerator(name)
        generator.add(function)
        source, library = Path(folder, f"{name}.c"), Path(folder, f"{name}.so")
        generator.generate(f"{folder}/")
        subprocess.run([COMPILER, source, "-o", library, *FLAGS], check=True)
        return casadi.external(name, str(library))


# Of problems of one shape, one compilation a process


@cache
def epoch_program(n_examples: int, n_visited: int, d: int, size: int) -> casadi.Function:
    return compiled(epoch_expression(n_examples, n_visited, d, size))


@cache
def loss_program(n: int, d: int) -> casadi.Function:
    return compiled(loss_function(n, d))


class Codegen(Bound):
    steps = None  # the epoch is one C function

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        (n, d), began = problem.data[0].shape, time.perf_counter()
        epoch = epoch_program(n, problem.n_visited, d, problem.batch_size)
        super().__init__(problem, loss_program(n, d))
        compilations.append(time.perf_counter() - began)
        self.table = writable(np.column_stack(problem.data))  # (n, d + 1)
        self.order, self.rate = np.empty(problem.n_visited), np.array([problem.rate])
        # In place: every step takes all of (w, b), so they are read before they are written
        w, b = self.params
        arguments = {0: w, 1: b, 2: self.rate, 3: self.table, 4: self.order}
        self.run_buffer, self.run = bound(epoch, arguments, {0: w, 1: b})

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.order[:] = order  # CasADi knows float64 only, so its indices are such numbers too
        self.run()
        return params


compilations: list[float] = []  # the seconds that each problem took to compile


def codegen_supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where there is a C compiler, and no more numbers than it counts, else why not."""
    if refused := supports(problem, device, dtype):
        return refused
    n, d = problem.data[0].shape
    if n * (d + 1) >= LARGEST:
        data = f"{n} examples of {d} features and a label"
        return Refusal("unsupported", f"generated C holds less than 2^31 numbers, not {data}")
    if shutil.which(COMPILER) is None:
        return Refusal("unavailable", f"no C compiler {COMPILER!r} (Debian: apt install gcc)")
    return not_executable("CasADi")


def facts(device: str) -> Mapping[str, str | float]:
    return {"version": casadi.CasadiMeta.version(), "compile_seconds": sum(compilations)}


casadi_codegen = Backend(
    *("casadi-codegen", "casadi", "autodiff", "compiled epoch"), codegen_supports, Codegen, facts
)
