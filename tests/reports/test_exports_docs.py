"""docs/exports.md is true: its files are there, its commands run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.reported import write_report

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the docs' ``results/now`` is a run with its report."""
    folder = tmp_path_factory.mktemp("docs")
    data = ROOT / "tests" / "data" / "run-version-1-sizes"
    write_report(shutil.copytree(data, folder / "results" / "now"))
    return folder


def test_the_table_lists_every_file_for_programs_and_no_other(folder: Path) -> None:
    listed = set(re.findall(r"^\| `([\w.-]+)` \|", DOCS, re.MULTILINE))
    written = {path.name for path in (folder / "results/now/report").iterdir()}
    assert listed == {name for name in written if not name.endswith((".html", ".svg"))}


def test_every_path_of_a_result_in_the_text_is_there(folder: Path) -> None:
    paths = re.findall(r"results/now/[\w./-]+", DOCS)
    assert len(paths) > 5
    assert [path for path in paths if not (folder / path).exists()] == []


@pytest.mark.parametrize("line", re.findall(r"^pytest-benchmark .*$", DOCS, re.MULTILINE))
def test_a_command_for_pytest_benchmark_runs_as_it_stands(folder: Path, line: str) -> None:
    program, *words = shlex.split(line)
    run = [str(Path(sys.executable).with_name(program)), *words]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "numpy (null)" in done.stdout
