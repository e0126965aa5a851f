"""The docs are true: their backend passes, their package is found, their commands are taken.

The commands and files of docs/exports.md are tested in tests/reports/test_exports_docs.py.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bench.command.cli import app
from tests.bench.test_cli import ROOT, command
from tests.dead_links import dead_links
from tests.test_strangers import SAMPLE, installed


def block(language: str, page: str = "adding-a-backend.md") -> str:
    """The one block of ``language`` in a page of the docs."""
    text = (ROOT / "docs" / page).read_text()
    (code,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(code)


def statuses(backend: str, path: Path, *more: str) -> list[tuple[str, str]]:
    """Dtype and status of each row of ``check`` on the cpu, with ``path`` to import from."""
    words = ("check", "--backend", backend, "--device", "cpu", "--json", *more)
    done = command(*words, PYTHONPATH=f"{path}:{ROOT}")
    assert done.returncode == 0, done.stdout + done.stderr
    return [(row["dtype"], row["status"]) for row in map(json.loads, done.stdout.splitlines())]


def test_the_example_backend_of_the_docs_passes_every_check(tmp_path: Path) -> None:
    (tmp_path / "my_engine.py").write_text(block("python"))
    assert statuses("my_engine:my_engine", tmp_path) == [("float32", "ok"), ("float64", "ok")]


def test_the_example_problem_of_the_docs_is_checked_on_a_backend_of_somebody_else(
    tmp_path: Path,
) -> None:
    """It has no gradient by hand: the complex step of somebody else's package is one that can."""
    site = installed(SAMPLE, tmp_path / "site")
    (site / "my_problem.py").write_text(block("python", "adding-a-problem.md"))
    asked = ("--problem", "my_problem:my_problem")
    assert statuses("complex-step", site, *asked) == [("float32", "ok"), ("float64", "ok")]


def test_your_own_function_is_one_screen_of_code_and_ends_with_the_page(tmp_path: Path) -> None:
    """By an engine of somebody else's package: it is one that runs any function as written."""
    text = (ROOT / "docs" / "your-own-function.md").read_text()
    site, here = installed(SAMPLE, tmp_path / "site"), tmp_path / "here"
    here.mkdir()
    code = re.findall(r"as `(\w+\.py)`:\n```python\n(.*?)```", text, re.DOTALL | re.IGNORECASE)
    assert sum(len(lines.splitlines()) for _, lines in code) <= 25
    for name, lines in code:
        (here / name).write_text(lines)
    (commands,) = re.findall(r":\n```\n(.*?)```", text, re.DOTALL)
    small = {"check": [], "run": ["--blocks", "1", "--phase", "epoch"], "my_data.py": []}
    for program, first, *rest in map(shlex.split, commands.splitlines()):
        words = [first] if program == "python" else ["-m", "bench", first]
        backend = [] if program == "python" else ["--backend", "complex-step"]
        done = subprocess.run(
            [sys.executable, *words, *rest, *backend, *small[first]],
            capture_output=True,
            text=True,
            cwd=here,
            env=os.environ | {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}"},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    (page,) = here.glob("results/*/report/index.html")
    assert "my_loss" in page.read_text()


def test_the_example_package_of_the_docs_is_found_by_its_name(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "my_engine.py").write_text(block("python"))
    (package / "pyproject.toml").write_text(block("toml"))
    site = installed(package, tmp_path / "site")
    assert statuses("my-engine", site) == [("float32", "ok"), ("float64", "ok")]


PAGES = [
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("README*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
LINES = [
    (page.name, line)
    for page in PAGES
    for code in re.findall(r"^```.*?\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    for line in re.findall(r"(?:^|&& |run: )autograd-bench ([^|#\n]+)", code, re.MULTILINE)
]


def test_the_docs_have_commands_to_be_tested() -> None:
    assert {page for page, _ in LINES} >= {
        "README.md",
        "adding-a-backend.md",
        "adding-a-problem.md",
        "ci.md",
        "your-own-function.md",
    }


@pytest.mark.parametrize(("page", "line"), LINES)
def test_every_command_in_the_docs_is_taken_by_the_program(page: str, line: str) -> None:
    name, *words = shlex.split(line)
    program: Any = get_command(app)
    assert program.commands[name].make_context(name, words).args == []


def parts(page: Path) -> set[str]:
    """What a link may name of a page after ``#``: headings, as GitHub and the site spell them."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


LINKED = [*PAGES, ROOT / "CHANGELOG.md", ROOT / "docs" / "gallery" / "README.md"]


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one_and_to_its_part(page: Path) -> None:
    dead = []
    for file, part in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text()):
        target = page.parent / file if file else page
        if not target.exists() or (part and part not in parts(target)):
            dead.append(f"{file}#{part}")
    assert dead == []


def test_the_first_page_of_the_docs_links_every_other() -> None:
    first = ROOT / "docs" / "README.md"
    linked = {first.parent / link for link in re.findall(r"\]\(([^)]+)\)", first.read_text())}
    assert {page.resolve() for page in linked} == {*LINKED} - {first}


def test_a_dead_link_of_the_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text('<h1 id="part">A part</h1><a href="#part">itself</a>')
    links = ("there.html#part", "there.html#no", "gone.csv", "https://example.org/gone", "?q#part")
    (tmp_path / "page.html").write_text("".join(f'<a href="{link}">x</a>' for link in links))
    found = [link for _, link in dead_links(tmp_path)]
    assert found == ["there.html#no", "gone.csv", "?q#part"]
