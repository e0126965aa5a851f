"""A report may lie elsewhere than its run, which is then left as it is; all its links lead on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT, Answer
from tests.nightly import nightly
from tests.reports.chromium import CHROMIUM

Command = Callable[..., Answer]
WriteRun = Callable[..., Path]
GOLDEN = ROOT / "tests" / "data" / "run-version-1-sizes"
LINK = re.compile(r'(?:href|src)="(?!#|data:|[a-z]+://)([^"#?]+)')


def missing_links(folder: Path) -> list[str]:
    """Every relative link of a page below ``folder`` that leads to no file."""
    return [
        f"{page.relative_to(folder)} -> {link}"
        for page in sorted(folder.rglob("*.html"))
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / unquote(link)).is_file()
    ]


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def read_only_run(tmp_path: Path) -> Iterator[Path]:
    """A run of two sizes on a disk that nobody can write to."""
    (tmp_path / "medium").mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "medium")]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        run = shutil.copytree(GOLDEN, tmp_path / "medium" / "a run")
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "medium")], check=True)
        yield Path(run)
    finally:
        subprocess.run(["umount", str(tmp_path / "medium")], check=True)


def test_a_run_on_a_read_only_medium_is_reported_elsewhere_by_the_command_it_names(
    read_only_run: Path, tmp_path: Path, answer: Command
) -> None:
    done = answer("report", str(read_only_run))
    assert done.code == 2
    assert "Read-only file system" in done.err
    assert f"autograd-bench report '{read_only_run}' --out 'results/a run-report'" in done.err
    out = tmp_path / "a report"
    done = answer(
        "report", str(read_only_run), "--out", str(out), "--figures", str(out / "figures")
    )
    assert done.code in (0, 2), done.err  # by what that run holds
    assert f"report: {out / 'index.html'}" in done.out.replace("\n", "")
    assert {path.name for path in out.glob("*/*/*.html")} == {"index.html"}
    assert list((out / "figures").glob("*.pdf"))
    assert not missing_links(out)
    assert answer("compare", str(read_only_run), str(read_only_run)).code in (0, 2)


def test_a_report_elsewhere_leaves_the_run_as_it_is_and_can_be_made_again(
    tmp_path: Path, answer: Command
) -> None:
    run = Path(shutil.copytree(GOLDEN, tmp_path / "r"))
    before = files(run)
    for _ in range(2):
        done = answer("report", str(run), "--out", str(tmp_path / "out"))
        assert done.code in (0, 2), done.err
        assert "cannot write" not in done.err
    assert files(run) == before
    own = sorted(path.name for path in (tmp_path / "out").iterdir())
    size = sorted(path.name for path in (tmp_path / "out/sizes/n200-d2-b1").iterdir())
    assert own == sorted([*size, "sizes", "map.csv"])


@pytest.mark.parametrize(("place", "told"), [(".", "files that are no report"), ("f", "no folder")])
def test_a_report_is_not_written_among_other_files(
    place: str, told: str, tmp_path: Path, answer: Command
) -> None:
    run = Path(shutil.copytree(GOLDEN, tmp_path / "r"))
    (tmp_path / "f").touch()
    before = files(tmp_path)
    done = answer("report", str(run), "--out", str(tmp_path / place))
    assert done.code == 2
    assert told in done.err
    assert files(tmp_path) == before


def test_all_that_a_page_of_the_gallery_links_is_in_the_gallery() -> None:
    assert list((ROOT / "docs" / "gallery").rglob("*.html"))
    assert not missing_links(ROOT / "docs" / "gallery")


@nightly
def test_the_gallery_is_made_with_all_that_its_page_links(
    write_run: WriteRun, bench: Callable[..., Any], tmp_path: Path
) -> None:
    """By the script itself, in a folder that stands for the clone."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium found: README's pictures of a page are taken with it")
    (tmp_path / "clone" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "gallery", tmp_path / "clone" / ".ci")
    arms = (bench("base"), bench("base again", null_of=0), bench("other", 2e-3))
    run = write_run(arms=arms, between=1e-3, drift=0, sizes={"b1": {"batch_size": 1}})
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    path["PYTHONPATH"] = str(ROOT)
    script = ["bash", str(tmp_path / "clone" / ".ci" / "gallery"), str(run), "another"]
    subprocess.run(script, check=True, capture_output=True, env=os.environ | path)
    made = tmp_path / "clone" / "docs" / "gallery" / "another"
    suffixes = {".html", ".svg", ".png", ".md", ".json", ".csv", ""}
    assert {path.suffix for path in made.iterdir()} == suffixes
    assert len(list(made.glob("*.svg"))) > 5
    assert not missing_links(made)
