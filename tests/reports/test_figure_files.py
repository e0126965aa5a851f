"""What figures as files promise: every figure three times, whole, and the same bytes again."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib.image
import numpy as np
import pytest

from reports.figures.gallery import gallery, rankings
from reports.figures.paper import DOTS_PER_INCH
from reports.findings.findings import Findings, findings
from reports.outputs.files import write_figures
from runfiles.load import load_run
from tests.reports.conftest import Writer

FORMS = ("svg", "png", "pdf")


@pytest.fixture(scope="module")
def all_found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """The lesson's arms in two blocks."""
    return findings(load_run(Writer(tmp_path_factory.mktemp("run"), n_blocks=2).write()))


@pytest.fixture(scope="module")
def written(all_found: Findings, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of its figures."""
    return write_figures(all_found, tmp_path_factory.mktemp("made") / "figures")


def of(form: str, written: list[Path]) -> list[Path]:
    """The files of that form, of which there are some."""
    found = [path for path in written if path.suffix == f".{form}"]
    assert found
    return found


def test_every_figure_is_written_in_three_forms(all_found: Findings, written: list[Path]) -> None:
    names = [drawing.name for drawing in (*rankings(all_found), *gallery(all_found))]
    assert [path.name for path in written] == [f"{n}.{form}" for n in names for form in FORMS]
    assert sorted(written) == sorted(written[0].parent.iterdir())
    for path in written:
        start = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}[path.suffix]
        assert path.read_bytes().startswith(start)


def test_figures_written_again_are_the_same_bytes(
    all_found: Findings, written: list[Path], tmp_path: Path
) -> None:
    again = write_figures(all_found, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    assert not any(b"CreationDate" in path.read_bytes() for path in again)


def test_a_pdf_has_its_fonts_inside_as_outlines(written: list[Path]) -> None:
    for path in of("pdf", written):
        content = path.read_bytes()
        assert b"/FontFile2" in content  # a TrueType program
        assert not re.search(rb"/Subtype\s*/Type3", content)


def test_a_png_is_dark_on_white_and_fine(all_found: Findings, written: list[Path]) -> None:
    drawn = {drawing.name: drawing for drawing in (*rankings(all_found), *gallery(all_found))}
    for path in of("png", written):
        pixels = matplotlib.image.imread(path)[..., :3]
        assert pixels[0, 0] == pytest.approx(1.0)
        assert float(np.median(pixels)) == pytest.approx(1.0)
        assert pixels.min() < 0.05
        wide = drawn[path.stem].frame.width / 72 * DOTS_PER_INCH
        assert pixels.shape[1] == pytest.approx(wide, abs=1)


def test_a_figure_that_cannot_be_written_leaves_the_old_one(
    all_found: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "times.svg"
    old.write_bytes(b"the old one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_figures(all_found, tmp_path)
    assert old.read_bytes() == b"the old one"
    assert os.listdir(tmp_path) == ["times.svg"]  # noqa: PTH208  # hidden files count too


def test_a_figure_of_its_own_is_whole_svg(written: list[Path]) -> None:
    for path in of("svg", written):
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.attrib["aria-label"].endswith(".")
