"""What writing a report promises: whole files, or the old ones."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reports.findings.findings import findings
from reports.outputs.files import write_figures
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.conftest import Writer
from tests.reports.reported import write_report

WriteRun = Callable[..., Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run."""
    return write_report(Writer(tmp_path_factory.mktemp("files") / "run", n_blocks=2).write())


@pytest.fixture
def reported(made: Path, tmp_path: Path) -> Path:
    """A copy of that run and its report, to be changed."""
    return Path(shutil.copytree(made.parents[1], tmp_path / "reported"))


def test_a_report_is_ten_files_and_the_page_is_named(made: Path) -> None:
    folder = made.parents[1]
    assert made == folder / "report" / "index.html"
    names = sorted(path.name for path in (folder / "report").iterdir())
    assert names == [
        *("bencher.json", "blocks.csv", "cells.csv", "cells.json", "github-action-benchmark.json"),
        *("index.html", "pytest-benchmark.json", "ratios.svg", "table.md", "times.svg"),
    ]
    assert json.loads((folder / "report/cells.json").read_text(encoding="utf-8"))["cells"]


def test_a_figure_of_its_own_is_whole_svg_and_knows_light_and_dark(made: Path) -> None:
    for name in ("times", "ratios"):
        text = made.with_name(f"{name}.svg").read_text(encoding="utf-8")
        assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
        assert "prefers-color-scheme: dark" in text


def test_a_report_can_be_made_again(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    first = write_report(folder).read_bytes()
    assert write_report(folder).read_bytes() == first


def test_nothing_but_the_report_is_written(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_report(folder)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_an_unreadable_run_leaves_the_old_report(reported: Path) -> None:
    old = (reported / "report/index.html").read_bytes()
    (reported / "raw/000-00.json").write_text("{")
    with pytest.raises(BadRun):
        write_report(reported)
    assert (reported / "report/index.html").read_bytes() == old


def test_a_write_that_fails_leaves_the_old_report_and_no_litter(
    reported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (reported / "report/index.html").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(reported)
    assert (reported / "report/index.html").read_bytes() == old
    assert len(os.listdir(reported / "report")) == 10  # noqa: PTH208  # hidden files count too


def test_a_file_that_cannot_be_written_is_named_as_the_reader_knows_it(
    write_run: WriteRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # names no file

    monkeypatch.setattr("reports.outputs.files.tempfile.mkstemp", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_figures(findings(load_run(write_run(n_blocks=1))), tmp_path / "figures")
    assert caught.value.filename == str(tmp_path / "figures" / "times.svg")
    assert not list((tmp_path / "figures").iterdir())
