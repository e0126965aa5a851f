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

from backends.base import Params, Prepared, Refusal
from backends.engines.casadi_symbols import (
    Host,
    bound,
    loss_function,
    step_function,
    supports,
    writable,
)
from backends.problem import Problem
from backends.temporary import not_executable

COMPILER = "cc"
# Sums in any order; unlike -ffast-math, NaN, infinity and subnormals stay what they are
REORDER = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno")
FLAGS = ("-O3", "-march=native", *REORDER, "-shared", "-fPIC", "-lm")
UNROLLED = 200  # above, straight-line code of a step takes the C compiler seconds to hours
LARGEST = 2**31  # the generated code counts the numbers of a matrix in a C int


class CasadiCodegen:
    name = "casadi-codegen"
    framework = "casadi"
    differentiation = "autodiff"
    execution = "compiled epoch"

    def __init__(self) -> None:
        self.compile_seconds = 0.0

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        refused = supports(problem, device, dtype)
        if refused is not None:
            return refused
        n, d = problem.X.shape
        if n * (d + 1) >= LARGEST:
            data = f"{n} examples of {d} features and a label"
            return Refusal("unsupported", f"generated C holds less than 2^31 numbers, not {data}")
        if shutil.which(COMPILER) is None:
            return Refusal("unavailable", f"no C compiler {COMPILER!r} (Debian: apt install gcc)")
        return not_executable("CasADi")

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        spec, began = problem.spec, time.perf_counter()
        epoch = epoch_program(spec.n_examples, problem.n_visited, spec.n_features, spec.batch_size)
        mean_loss = loss_program(spec.n_examples, spec.n_features)
        self.compile_seconds += time.perf_counter() - began
        return CodegenPrepared(problem, epoch, mean_loss)

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        return {
            "version": casadi.CasadiMeta.version(),
            "compile_seconds": self.compile_seconds,
        }


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


class CodegenPrepared:
    stepwise = None  # the epoch is one C function

    def __init__(
        self, problem: Problem, epoch: casadi.Function, mean_loss: casadi.Function
    ) -> None:
        host = self.host = Host(problem, mean_loss)
        self.start, self.put, self.loss, self.wait, self.fetch = (
            host.start,
            host.put,
            host.loss,
            host.wait,
            host.fetch,
        )
        self.table = writable(np.column_stack((problem.X, problem.y)))  # (n, d + 1)
        self.order = writable(problem.orders[0])
        self.rate = np.array([problem.spec.lr / problem.spec.batch_size])
        # In place: every step takes all of (w, b), so they are read before they are written
        w, b = host.params
        arguments = {0: w, 1: b, 2: self.rate, 3: self.table, 4: self.order}
        self.buffer, self.evaluate = bound(epoch, arguments, {0: w, 1: b})

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.order[:] = order  # CasADi knows float64 only, so its indices are such numbers too
        self.evaluate()
        return params
