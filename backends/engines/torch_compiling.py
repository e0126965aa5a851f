"""How the compiled torch backends compile: what it takes, with what settings, for how long."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from functools import cache, partial
from itertools import count
from pathlib import Path
from types import FunctionType
from typing import Any

# Inductor leaves what it compiled in a folder, with its caches off as well: this one goes with
# the process, and has to be named before torch is asked for its compiler. Its headers compiled
# ahead, 150 MB for each compiler and set of flags, would still lie in the user's own, and so would
# what Triton compiles before Inductor has named a folder for it.
FOLDER = os.environ["TORCHINDUCTOR_CACHE_DIR"] = tempfile.mkdtemp(prefix="torchinductor-")
os.environ["TRITON_CACHE_DIR"] = f"{FOLDER}/triton"
os.environ["TORCHINDUCTOR_CPP_CACHE_PRECOMPILE_HEADERS"] = "0"

import torch
from torch._dynamo import utils
from torch.utils._triton import has_triton_package

from backends.base import Array, Batch, Params, Refusal
from backends.engines import torch_memory
from backends.engines.torch_xp import xp
from backends.temporary import not_executable
from problems.objective import Objective
from problems.problem import Problem

# Run after what torch registers later, so that its own compiling processes have ended by then
atexit.register(shutil.rmtree, FOLDER)

# A program a shape, never one for all shapes. The option ``dynamic=False`` says the same, but
# sets and resets the configuration around every call
torch._dynamo.config.automatic_dynamic_shapes = False
torch._dynamo.config.record_runtime_overhead = False  # marks for a profiler, in every call
# Beyond the limit the function would run uncompiled under the compiled one's name
torch._dynamo.config.recompile_limit = 64
torch._dynamo.config.fail_on_recompile_limit_hit = True
# So would what cannot be traced. The option ``fullgraph`` says the same, but in every call
torch._dynamo.error_on_graph_break(True).__enter__()

OPTIONS: dict[str, Any] = {
    # Every number comes in as a tensor, so that the guards on tensors (shape, dtype, device)
    # alone tell which program fits: those on globals and modes cost more than a step does
    "guard_filter_fn": torch.compiler.keep_tensor_guards_unsafe,
    "size_asserts": False,  # the guards have looked already
}


NUMBERS = count()


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` of tuples of tensors alone, compiled at the first call with each shape of them.

    What it closes over is compiled in, and no guard looks at that. Programs are found by the code
    object, which all functions from one ``def`` share: this one gets its own.
    """
    code, scope, closure = function.__code__, function.__globals__, function.__closure__
    code = code.replace(co_name=f"{code.co_name}_{next(NUMBERS)}")
    own = FunctionType(code, scope, code.co_name, function.__defaults__, closure)
    program: Callable[..., Any] = torch.compile(own, options=OPTIONS)
    return program


def half_squares(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    # By a vector, so that all fuses into one kernel: by a matrix it would be a library's call
    y_hat = X @ w[:, 0] + b  # (batch,)
    return ((y_hat - y) ** 2).sum() / 2


FORMS = {"linreg": half_squares}


def summed_loss(objective: Objective) -> Callable[[Params, Batch], Array]:
    """The objective's own form, or its loss as it is written."""
    return FORMS.get(objective.name) or partial(objective.loss, xp)


@cache
def compiled_loss(objective: Objective) -> Callable[..., Array]:
    summed = summed_loss(objective)

    def mean_loss(params: Params, data: Batch) -> Array:
        return summed(params, data) / len(data[0])

    return compiled(mean_loss)


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    """None where torch can run and compile for ``device`` in ``dtype``, else why not."""
    refusal = torch_memory.supports(problem, device, dtype)
    refusal = refusal or not_executable("torch.compile")
    if refusal is not None:
        return refusal
    lacking = lacking_for_triton() if device == "cuda" else lacking_for_cpp()
    return Refusal("unavailable", f"torch.compile {lacking}") if lacking else None


def lacking_for_cpp() -> str | None:
    """What Inductor's C++ needs and is not here, or None."""
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        advice = "Install one (Debian: apt install g++) or set CXX."
        return f"finds no C++ compiler {compiler}. {advice}"
    return None


def lacking_for_triton() -> str | None:
    """What Inductor's Triton needs and is not here, or None: it compiles a module of Python's."""
    if not has_triton_package():
        return "needs Triton on cuda: pip install triton"
    compilers = [os.environ["CC"]] if "CC" in os.environ else ["gcc", "clang"]
    if not any(map(shutil.which, compilers)):
        found_none = f"finds no C compiler {' or '.join(compilers)} for Triton"
        return f"{found_none}. Install one (Debian: apt install gcc) or set CC."
    # As Triton looks: Debian's own scheme names a folder that Python's header is not in
    scheme = sysconfig.get_default_scheme().replace("posix_local", "posix_prefix")
    header = Path(sysconfig.get_paths(scheme)["include"], "Python.h")
    if not header.exists():
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-dev"
        return f"finds no {header} for Triton. Install it (Debian: apt install {package})."
    return None


def facts(device: str) -> dict[str, str | int | float]:
    """What torch says of itself, and the number and seconds of its compilations so far."""
    return torch_memory.facts(device) | {
        "compilations": utils.counters["stats"]["unique_graphs"],
        "compile_seconds": utils.cumulative_time_spent_ns["entire_frame_compile"] / 1e9,
    }
