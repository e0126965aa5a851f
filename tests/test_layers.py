"""The arrows between packages, and between the rooms of one, point one way."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("problems", "backends", "runfiles", "bench", "reports")
# What both sides are told of
SHARED = (
    *("bench.machine", "bench.container", "bench.variables", "bench.platforms"),
    "bench.identity",
)
# What each part may import of ours besides itself; the most exact name counts
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "problems": (),
    "backends": ("problems",),
    "runfiles": (),
    "bench.container": (),
    "bench.variables": (),
    "bench.platforms": (),
    "bench.machine": ("bench.container",),
    "bench.identity": ("bench.container",),
    "bench.worker": ("problems", "backends", "runfiles.phases", *SHARED),
    "bench.conftest": ("backends", "bench.worker", "runfiles.phases", *SHARED),
    "bench.test_phases": ("bench.worker",),
    "bench.runner": ("problems", "backends", "runfiles", *SHARED),
    "bench.fleet": ("problems", "backends", "runfiles", "bench.runner", *SHARED),
    "bench.command": (
        *("problems", "backends", "runfiles", "bench.runner", "bench.fleet", "reports"),
        *SHARED,
    ),
    "bench.__main__": (
        "backends",
        "reports",
        "runfiles",
        "bench.command",
        "bench.runner.import_path",
        "bench.platforms",
    ),
    # findings <- text <- figures <- outputs <- compare: a room imports those to its left
    "reports": (),
    "reports.schemas": ("reports.findings", "reports.outputs"),
    "reports.findings": ("runfiles",),
    "reports.findings.document": ("reports.findings.intervals",),  # what the parts are made of
    "reports.text": ("runfiles", "reports.findings"),
    "reports.figures": ("runfiles", "reports.findings", "reports.text"),
    "reports.outputs": ("runfiles", "reports.findings", "reports.text", "reports.figures"),
    "reports.compare": ("runfiles", "reports.findings", "reports.text", "reports.outputs"),
}
# Of an arm's process: what every interpreter that can run the suite has
OF_A_WORKER = {"numpy", "pytest", "pytest_benchmark", "threadpoolctl"}
LIGHT = (
    "problems",
    "backends",
    "bench.worker",
    "bench.conftest",
    "bench.test_phases",
    "runfiles.phases",
    *SHARED,
)
MAY_IMPORT_BY_NAME = ("problems.registry", "backends.registry", "bench.worker.start")
DYNAMIC = {"__import__", "importlib", "importlib.import_module", "runpy"}
LOOKING = ("importlib.metadata", "importlib.resources", "importlib.util")  # import nothing
ENGINES = {"dask", "distributed"}  # of a cluster
FRAMEWORKS = {
    *("torch", "jax", "jaxlib", "tensorflow", "keras", "mlx", "numba", "cupy", "casadi"),
    *("autograd", "tinygrad"),
}


def module_of(path: Path) -> str:
    """The dotted name of the module in ``path``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def within(name: str, parts: tuple[str, ...]) -> bool:
    """Whether the module ``name`` is one of ``parts`` or lies in one."""
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def imports_of(source: str) -> Iterator[str]:
    """The absolute names of all that is imported anywhere in ``source``, also in functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import hides where it leads"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in DYNAMIC:
            yield "importlib"


def is_allowed(module: str, name: str) -> bool:
    """Whether ``module`` may import what is called ``name``."""
    top = name.partition(".")[0]
    if top in PACKAGES:
        part = max((part for part in MAY_IMPORT if within(module, (part,))), key=len)
        return within(name, (part, *MAY_IMPORT[part]))
    if top in ("importlib", "runpy"):
        return module in MAY_IMPORT_BY_NAME or name.startswith(LOOKING)
    if top in FRAMEWORKS:  # each file of engines is named after the one that it imports
        return module.startswith(f"backends.engines.{top}")
    if top in ENGINES:
        return within(module, ("bench.fleet",))
    if top == "array_api_compat":  # torch's own names, where they are not NumPy's
        return module.startswith("backends.engines.torch")
    is_light = within(module, LIGHT) and top not in sys.stdlib_module_names
    return top != "tests" and not (is_light and top not in OF_A_WORKER)


def forbidden(path: Path, source: str) -> list[str]:
    """The imports of ``source``, taken as the content of ``path``, that no arrow allows."""
    module = module_of(path)
    return [name for name in imports_of(source) if not is_allowed(module, name)]


FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_import_goes_against_the_arrows(path: Path) -> None:
    assert forbidden(path, path.read_text()) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("problems/oracle.py", "from backends.base import Program"),
        ("problems/linreg.py", "import jax.numpy as jnp"),
        ("problems/case.py", "import msgspec"),
        ("backends/base.py", "import bench"),
        ("backends/base.py", "from runfiles.records import Arm"),
        ("backends/checks/timing.py", "from bench.worker.measure import warm_up"),
        ("backends/registry.py", "import reports.outputs.page"),
        ("backends/base.py", "import msgspec"),
        ("backends/engines/numpy_manual.py", "import jax.numpy as jnp"),
        ("backends/engines/jax_step.py", "import torch"),
        ("backends/base.py", "import importlib\nimportlib.import_module('bench')"),
        ("backends/base.py", "__import__('torch')"),
        ("runfiles/records.py", "from backends.base import DTYPES"),
        ("runfiles/load.py", "import bench.machine"),
        ("runfiles/load.py", "from reports import page"),
        ("bench/machine.py", "from bench.worker import gpu"),
        ("bench/machine.py", "import bench.runner.plan"),
        ("bench/worker/measure.py", "from reports import page"),
        ("bench/worker/process.py", "import torch"),
        ("bench/worker/process.py", "from bench.runner.lock import locked"),
        ("bench/worker/record.py", "import bench.command.streams"),
        ("bench/worker/record.py", "from runfiles.records import Process"),
        ("bench/worker/record.py", "import msgspec"),
        ("bench/worker/gpu.py", "def f():\n    import rich.console"),
        ("bench/conftest.py", "from bench.runner.raw import stored"),
        ("bench/runner/runner.py", "def f():\n    import reports.outputs.page"),
        ("bench/runner/forecast.py", "from bench.worker.measure import Pace"),
        ("bench/runner/runner.py", "from bench.command import terminal"),
        ("bench/runner/runner.py", "from importlib import import_module as m\nm('reports')"),
        ("bench/runner/plan.py", "from tests.backends import wrong"),
        ("bench/runner/runner.py", "from bench.fleet.machine_lock import machine_held"),
        ("bench/runner/runner.py", "def f():\n    from distributed import Client"),
        ("bench/worker/process.py", "import bench.fleet.block"),
        ("bench/fleet/block.py", "from bench.command.exits import Exit"),
        ("bench/fleet/errands.py", "from bench.worker.measure import warm_up"),
        ("bench/fleet/session.py", "import reports.outputs.page"),
        ("bench/command/fleet.py", "import dask"),
        ("bench/command/cli.py", "from bench.worker.phases import OF_ORDERS"),
        ("reports/outputs/page.py", "from problems.problem import Problem"),
        ("reports/outputs/page.py", "from bench.machine import n_cpus"),
        ("reports/outputs/page.py", "import runpy"),
        ("reports/findings/null_arm.py", "from reports.text.numbers import percent"),
        ("reports/findings/machine.py", "from reports import text"),
        ("reports/findings/cells.py", "from reports.figures.palette import Look"),
        ("reports/findings/findings.py", "from reports.outputs.cells import TEXTS"),
        ("reports/text/headline.py", "from reports.outputs.page import page"),
        ("reports/text/numbers.py", "from reports.figures.palette import Look"),
        ("reports/figures/gallery.py", "from reports.outputs.tables import rows"),
        ("reports/figures/palette.py", "import reports.compare.comparison"),
        ("reports/outputs/page.py", "from reports.compare.comparison import compare"),
        ("reports/compare/likeness.py", "import reports.figures.gallery"),
        ("reports/findings/document.py", "from reports.findings.findings import Findings"),
    ],
)
def test_a_forbidden_import_would_be_found(file: str, line: str) -> None:
    path = ROOT / file
    assert forbidden(path, f"{path.read_text()}\n{line}\n")


def test_every_package_has_files_and_every_part_is_one() -> None:
    assert {module_of(path).partition(".")[0] for path in FILES} == set(PACKAGES)
    modules = {module_of(path) for path in FILES}
    assert set(MAY_IMPORT) <= modules
    rooms = {path.parent.name for path in (ROOT / "reports").glob("*/*.py")}
    assert rooms == {"findings", "text", "figures", "outputs", "compare"}


STATISTICS = ("numpy", "scipy", "statistics")


def computing(path: Path, source: str) -> list[str]:
    """What ``source``, taken as the content of ``path``, computes with.

    Functions of findings, which begin in lower case, and NumPy, but for what figures draw.
    """
    module = module_of(path)
    if within(module, ("reports.findings", "reports.outputs.files")):  # which reads a run
        return []
    names = [name for name in imports_of(source) if within(name, ("reports.findings",))]
    safe = ("reports.findings.document", "reports.findings.names")  # what findings are made of
    names = [name for name in names if not within(name, safe)]
    called = [name.rpartition(".")[2] for name in names]
    called = [name for name in called if name[0].islower()]
    if not within(module, ("reports.figures",)):
        called += [name for name in imports_of(source) if within(name, STATISTICS)]
    return [f"{module}: {name}" for name in called]


def test_nothing_to_the_right_of_findings_computes() -> None:
    rooms = [path for path in FILES if module_of(path).startswith("reports")]
    assert [told for path in rooms for told in computing(path, path.read_text())] == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("reports/text/headline.py", "from reports.findings.fastest import front_of"),
        ("reports/figures/times.py", "from reports.findings.intervals import log_estimate"),
        ("reports/outputs/page.py", "import reports.findings.intervals as i"),
        ("reports/outputs/tables.py", "import numpy as np"),
        ("reports/text/evidence.py", "from statistics import median"),
        ("reports/outputs/exports/blocks.py", "from reports.findings.blocks import median"),
        ("reports/compare/comparison.py", "def f():\n    from reports.findings import intervals"),
    ],
)
def test_a_planted_computation_would_be_found(file: str, line: str) -> None:
    path = ROOT / file
    assert computing(path, f"{path.read_text()}\n{line}\n")
