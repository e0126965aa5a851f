"""The arrows between the layers point one way: backends <- bench -> files -> reports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("backends", "bench", "reports")
MAY_IMPORT = {"backends": set(), "bench": {"backends"}, "reports": set[str]()}
COMMAND = ("cli", "command", "conclusion", "__main__")  # what a person types: it alone stands above
ABOVE_ALL = [ROOT / "bench" / f"{name}.py" for name in COMMAND]
MAY_IMPORT_BY_NAME = [ROOT / "backends" / "registry.py", ROOT / "bench" / "start.py"]
DYNAMIC = {"__import__", "importlib", "importlib.import_module", "runpy"}
ENGINES = ROOT / "backends" / "engines"  # each file is named after the one framework it imports
FRAMEWORKS = {
    *("torch", "jax", "jaxlib", "tensorflow", "keras", "mlx", "numba", "cupy", "casadi"),
    *("autograd", "tinygrad"),
}


def imports_of(source: str, package: str) -> set[str]:
    """The absolute names of all modules imported anywhere in ``source``, also in functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = package if node.level else node.module or ""
            names |= (
                {module} if module != "importlib" else {f"importlib.{a.name}" for a in node.names}
            )
        elif isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in DYNAMIC:
            names.add("a dynamic import")
    return names | ({"a dynamic import"} if names & DYNAMIC else set())


def forbidden(path: Path, source: str) -> set[str]:
    """The imports of ``source``, taken as the content of ``path``, that no arrow allows."""
    layer = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[layer] | {layer} | ({"reports"} if path in ABOVE_ALL else set())
    tops = {name.partition(".")[0] for name in imports_of(source, layer)}
    closed = (set(LAYERS) | {"tests", "a dynamic import"}) - allowed
    if path in MAY_IMPORT_BY_NAME:
        closed.remove("a dynamic import")
    own = {path.stem.partition("_")[0]} if path.parent == ENGINES else set[str]()
    return tops & (closed | (FRAMEWORKS - own))


FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_goes_against_the_arrows(path: Path) -> None:
    assert forbidden(path, path.read_text()) == set()


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("backends/base.py", "import bench"),
        ("backends/checks.py", "from bench.measure import warm_up"),
        ("backends/registry.py", "import reports.result.load"),
        ("bench/measure.py", "from reports import load"),
        ("bench/runner.py", "def f():\n    import reports.page"),
        ("bench/process.py", "import torch"),
        ("reports/result/load.py", "from backends.problem import Problem"),
        ("reports/result/load.py", "import bench.record"),
        ("backends/engines/numpy_manual.py", "import jax.numpy as jnp"),
        ("backends/engines/jax_step.py", "import torch"),
        ("backends/base.py", "import importlib\nimportlib.import_module('bench')"),
        ("backends/base.py", "__import__('torch')"),
        ("bench/runner.py", "from importlib import import_module as m\nm('reports')"),
        ("reports/result/load.py", "import runpy"),
        ("bench/plan.py", "from tests.backends import wrong"),
    ],
)
def test_a_forbidden_import_would_be_found(file: str, line: str) -> None:
    path = ROOT / file
    assert forbidden(path, f"{path.read_text()}\n{line}\n") != set()


def test_every_layer_has_files() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(LAYERS)
