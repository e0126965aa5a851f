"""The example in docs/adding-a-backend.md is run as it stands there, and installed as said."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.bench.test_cli import ROOT, command
from tests.test_strangers import installed

DOCS = (ROOT / "docs" / "adding-a-backend.md").read_text()


def block(language: str) -> str:
    """The one block of ``language`` in the docs."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return str(code)


def statuses(backend: str, path: Path) -> list[tuple[str, str]]:
    """Dtype and status of each row of ``check`` on the cpu, with ``path`` to import from."""
    words = ("check", "--backend", backend, "--device", "cpu", "--json")
    done = command(*words, PYTHONPATH=f"{path}:{ROOT}")
    assert done.returncode == 0, done.stdout + done.stderr
    return [(row["dtype"], row["status"]) for row in map(json.loads, done.stdout.splitlines())]


def test_the_example_backend_of_the_docs_passes_every_check(tmp_path: Path) -> None:
    (tmp_path / "my_engine.py").write_text(block("python"))
    assert statuses("my_engine:MyEngine", tmp_path) == [("float32", "ok"), ("float64", "ok")]


def test_the_example_package_of_the_docs_is_found_by_its_name(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "my_engine.py").write_text(block("python"))
    (package / "pyproject.toml").write_text(block("toml"))
    site = installed(package, tmp_path / "site")
    assert statuses("my-engine", site) == [("float32", "ok"), ("float64", "ok")]
