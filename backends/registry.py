"""The registry: which backends there are, where their classes live, how to install them.

Looking a backend up imports no framework; loading it does.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from backends.base import DIFFERENTIATIONS, DTYPES, EXECUTIONS, Backend
from backends.errors import BadInput, BrokenContract, FrameworkMissing, UnknownName

ENTRY_POINT_GROUP = "autograd_bench.backends"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NAME_RULE = "a name is 1 to 64 letters, digits, dots, dashes and underscores"
MEMBERS = ("name", "framework", "differentiation", "execution", "supports", "prepare", "facts")


@dataclass(frozen=True)
class Entry:
    """A backend by name: its class as ``module:Class`` and what importing it takes."""

    name: str
    target: str
    framework: str | None = None  # its import name; None where it is not known
    install: str | None = None  # the command that brings the framework
    source: str = "autograd-bench"  # the distribution that registered it
    dtypes: tuple[str, ...] = DTYPES  # the first is the one it is run in where none is asked for
    requires: tuple[str, ...] = ()  # import names of what it needs besides its framework


NUMPY = ("numpy",)  # which not every framework brings, and problems are made of
FLOAT64 = ("float64",)  # CasADi computes in nothing else
CXX = ", and a C++ compiler (Debian: apt install g++)"
CC = ", and a C compiler (Debian: apt install gcc)"
CLANG = ", and clang for its CPU device (Debian: apt install clang)"


def built_in(
    framework: str,
    file: str,
    classes: Mapping[str, str],
    needs: str = "",
    dtypes: tuple[str, ...] = DTYPES,
) -> list[Entry]:
    """The entries of one file of ``engines``: class by name of the backend.

    The framework's import name is also the name of its extra; ``needs``: what else to install.
    """
    install = f"pip install -c constraints.txt -e '.[{framework}]'" + needs
    return [
        Entry(
            name,
            f"backends.engines.{file}:{attribute}",
            framework,
            install,
            dtypes=dtypes,
            requires=NUMPY,
        )
        for name, attribute in classes.items()
    ]


BUILT_IN = (
    *built_in("torch", "torch_lesson", {"torch-lesson": "torch_lesson"}),
    *built_in("torch", "torch_eager", {"torch": "torch_eager"}),
    *built_in("torch", "torch_manual", {"torch-manual": "torch_manual"}),
    *built_in("torch", "torch_func", {"torch-func": "torch_func"}),
    *built_in("torch", "torch_compile", {"torch-compile": "torch_compile"}, CXX),
    *built_in("torch", "torch_compile_epoch", {"torch-compile-epoch": "torch_compile_epoch"}, CXX),
    *built_in("torch", "torch_cudagraph", {"torch-cudagraph": "torch_cudagraph"}),
    *built_in("jax", "jax_eager", {"jax-eager": "jax_eager"}),
    *built_in("jax", "jax_step", {"jax": "jax_step", "jax-manual": "jax_manual"}),
    *built_in("jax", "jax_scan", {"jax-scan": "jax_scan", "jax-scan-manual": "jax_scan_manual"}),
    Entry("numpy", "backends.engines.numpy_manual:numpy_manual", "numpy", "pip install numpy"),
    *built_in("numba", "numba_manual", {"numba": "numba_manual"}),
    *built_in("cupy", "cupy_manual", {"cupy": "cupy_manual"}),
    *built_in("autograd", "autograd_grad", {"autograd": "autograd_grad"}),
    *built_in("tensorflow", "tensorflow_tape", {"tensorflow": "tensorflow_tape"}),
    *built_in("tensorflow", "tensorflow_epoch", {"tensorflow-epoch": "tensorflow_epoch"}),
    *built_in("mlx", "mlx_grad", {"mlx": "mlx_eager"}),
    *built_in("mlx", "mlx_grad", {"mlx-compile": "mlx_compile"}, CXX),
    *built_in("mlx", "mlx_compile_epoch", {"mlx-compile-epoch": "mlx_compile_epoch"}, CXX),
    *built_in("casadi", "casadi_step", {"casadi": "casadi_step"}, dtypes=FLOAT64),
    *built_in("casadi", "casadi_codegen", {"casadi-codegen": "casadi_codegen"}, CC, FLOAT64),
    *built_in("tinygrad", "tinygrad_jit", {"tinygrad": "tinygrad_jit"}, CLANG),
)


ESSENTIAL = ("torch-lesson", "torch", "jax", "jax-scan", "numpy", "numba")  # the tale in a minute
# Ours that run no objective without a gradient by hand or a kernel; known without loading them
BY_HAND = ("torch-manual", "jax-manual", "jax-scan-manual", "numpy", "numba", "cupy")
LIMIT = "numba"  # native code with the gradient by hand: what every ratio can be read against


def entries() -> dict[str, Entry]:
    """All registered backends by name: ours first, then those of installed packages."""
    known = {entry.name: entry for entry in BUILT_IN}
    for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        source = point.dist.name if point.dist else "an unnamed distribution"
        if not NAME.fullmatch(point.name):
            warnings.warn(
                f"backend {point.name!r} of {source} is left out: {NAME_RULE}", stacklevel=2
            )
        elif point.name in known:
            first = known[point.name].source
            warnings.warn(
                f"backend {point.name!r} of {source} is left out: {first} has one", stacklevel=2
            )
        else:
            known[point.name] = Entry(point.name, f"{point.module}:{point.attr}", source=source)
    return known


def find(name: str) -> Entry:
    """The entry of a registered name or of a ``module:Class``. Raises UnknownName, BadInput."""
    known = entries()
    if name in known:
        return known[name]
    if ":" not in name:
        raise UnknownName("backend", name, known)
    module, _, attribute = name.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
        raise BadInput(f"backend {name!r} is no module:Class; expected such as my_package:Mine.")
    return Entry(name, name, source="the command line")


def require_module(entry: Entry) -> None:
    """Raise BadInput where the module of ``entry`` is not found; loads at most its parents."""
    module = entry.target.partition(":")[0]
    try:
        found = importlib.util.find_spec(module) is not None
    except ImportError:
        found = False
    if not found:
        raise BadInput(missing_module_text(entry, module))


def missing_module_text(entry: Entry, module: str) -> str:
    """What was looked for in vain, and what to do."""
    return (
        f"backend {entry.name!r}: no module {module!r} on the path; expected an importable "
        "module:Class. Install its package into the interpreter that runs it; the command's own "
        "also looks into the working folder and PYTHONPATH."
    )


def is_installed(entry: Entry) -> bool | None:
    """Whether the framework and what else it takes can be found, without importing any of it.

    None where the framework is not known.
    """
    if entry.framework is None:
        return None
    names = (entry.framework, *entry.requires)
    return all(importlib.util.find_spec(name) is not None for name in names)


def load(entry: Entry) -> Backend:
    """The entry's backend, made where its target is a class; imports its framework.

    Raises FrameworkMissing with the install command, BadInput where the target does not
    exist, BrokenContract where the class lacks a member.
    """
    module_name, _, attribute = entry.target.partition(":")
    try:
        found = named(entry, module_name, attribute)
        is_made = hasattr(found, "prepare") and not isinstance(found, type)
        backend: Backend = found if is_made else found()
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise BadInput(missing_module_text(entry, error.name)) from error
        raise FrameworkMissing(missing_text(entry, error)) from error
    except ImportError as error:
        raise FrameworkMissing(missing_text(entry, error)) from error
    verify(entry, backend)
    return backend


def named(entry: Entry, module_name: str, attribute: str) -> Any:
    """The backend, or what makes one, that ``module:name`` names. Raises UnknownName."""
    found: Any = importlib.import_module(module_name)
    for part in attribute.split("."):
        if not hasattr(found, part):
            names = [name for name, one in vars(found).items() if hasattr(one, "prepare")]
            raise UnknownName(f"backend in {entry.target}", part, names)
        found = getattr(found, part)
    return found


def missing_text(entry: Entry, error: ImportError) -> str:
    """What is missing for ``entry`` and the command that installs it."""
    install = entry.install or f"what {entry.target} imports, by its own documentation"
    what = f"backend {entry.name!r} needs a framework that cannot be imported ({error})"
    return f"{what}. Install: {install}"


def verify(entry: Entry, backend: Backend) -> None:
    """Raise BrokenContract unless ``backend`` has every member and known words in them."""
    lacking = [member for member in MEMBERS if not hasattr(backend, member)]
    if lacking:
        raise BrokenContract(
            f"backend {entry.name!r} ({entry.target}) lacks {', '.join(lacking)}; "
            f"expected {', '.join(MEMBERS)}. See docs/adding-a-backend.md."
        )
    for member in ("name", "framework"):
        if not isinstance(got := getattr(backend, member), str):
            raise BrokenContract(
                f"backend {entry.name!r}: {member} is {got!r}; expected a text."
                " See docs/adding-a-backend.md."
            )
    for member, words in (("differentiation", DIFFERENTIATIONS), ("execution", EXECUTIONS)):
        got = getattr(backend, member)
        if got not in words:
            raise BrokenContract(
                f"backend {entry.name!r}: {member} is {got!r}; expected one of {', '.join(words)}."
            )


def is_own(file: str, module: str) -> bool:
    """Whether ``file`` is that of the dotted ``module``, or lies in its package."""
    path, parts = PurePath(file).as_posix(), module.split(".")
    folder = f"/{'/'.join(parts[:-1] or parts)}/"
    _, found, rest = path.rpartition(folder)
    is_alone = path.endswith(f"/{module.replace('.', '/')}.py") or path == f"{module}.py"
    return is_alone or (bool(found) and "site-packages" not in rest)
