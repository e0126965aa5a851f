"""What the page promises: nothing from outside, nothing unsafe, every number traceable."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports.figures.gallery import gallery
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.numbers import MINUS, plain, shown_ratio, shown_seconds
from runfiles.load import load_run
from tests.nightly import one_by_day
from tests.reports.many_arms import many_arms
from tests.reports.pool import known
from tests.reports.reported import write_report
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]
GOLDEN = Path(__file__).parents[1] / "data" / "run-version-1"
PREFIXES = (1e3, 1e6, 1e9, 1e12)
HOSTILE = "<script>alert('x')</script>\"' onload=x {{7*7}} $x$ \u202e \x1b[31m 😀 \u05d0"


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.values: list[tuple[str, str]] = []  # (full value, text) of each <data>
        self.text: list[str] = []
        self._value: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "data":
            self._value = dict(attrs)["value"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._value is not None:
            self.values.append((self._value, data))
            self._value = None


def findings_of(folder: Path) -> Findings:
    return findings(load_run(folder))


def hostile_findings(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    arms = (
        bench("base" + HOSTILE, framework=HOSTILE),
        bench(HOSTILE * 9, 2e-3, framework=HOSTILE + " " + HOSTILE),
        bench("gone" + HOSTILE, status="wrong", reason=HOSTILE * 3, failed_check=HOSTILE),
        bench("\u05d0\u05d1\u05d2", 3e-3),
    )
    return findings_of(write_run(arms=arms, n_blocks=3))


def test_the_page_asks_for_nothing_from_outside(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=3)
    reader = Reader(write_report(folder).read_text(encoding="utf-8"))
    assert not {"link", "img", "iframe", "object", "embed"} & {t for t, _ in reader.tags}
    beside = {path.name for path in (folder / "report").iterdir()}
    for tag, attributes in reader.tags:
        assert "src" not in attributes
        target = attributes.get("href") or "#"
        assert target.startswith("#") or (tag == "a" and target in beside)
        assert not any(name.startswith("on") for name in attributes)


def test_the_one_script_is_the_one_that_the_page_allows(write_run: WriteRun) -> None:
    html = page(findings_of(write_run(n_blocks=2)))
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
    assert f"script-src 'sha256-{digest}'; " in unescape(html)


def test_the_page_forbids_everything_external(write_run: WriteRun) -> None:
    reader = Reader(page(findings_of(write_run(n_blocks=2))))
    policy = [
        a["content"] for t, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy
    assert "default-src 'none'" in (policy[0] or "")


def test_hostile_names_are_shown_as_text(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    reader = Reader(page(hostile_findings(write_run, bench)))
    assert [a for tag, a in reader.tags if tag == "script"] == [{}]  # the page's own
    assert not any(name.startswith("on") for _, a in reader.tags for name in a)
    text = "".join(reader.text)
    assert "<script>alert('x')</script>" in text
    assert "{{7*7}}" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_no_two_elements_share_an_id(write_run: WriteRun) -> None:
    reader = Reader(page(findings_of(write_run(n_blocks=3))))
    ids = [a["id"] for _, a in reader.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_reference_inside_a_figure_finds_its_id(write_run: WriteRun) -> None:
    html = page(findings_of(write_run(n_blocks=3)))
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    wanted = set(re.findall(r"url\(#([^)]+)\)", html)) | set(re.findall(r'href="#([^"]+)"', html))
    assert wanted <= ids


@pytest.mark.parametrize("n_blocks", [1, 6])
def test_every_number_on_the_page_is_in_cells_json(write_run: WriteRun, n_blocks: int) -> None:
    folder = write_run(n_blocks=n_blocks)
    reader = Reader(write_report(folder).read_text(encoding="utf-8"))
    found = known(json.loads((folder / "report/cells.json").read_text(encoding="utf-8")))
    assert len(reader.values) > 100
    for value, text in reader.values:
        assert float(value) in found, text


def test_every_number_on_the_page_is_its_full_value_in_fewer_digits(write_run: WriteRun) -> None:
    reader = Reader(page(findings_of(write_run(n_blocks=6, memory=True))))
    for value, text in reader.values:
        shown, full = float(text.replace(MINUS, "-").replace(",", "")), float(value)
        units = (1, 1e-2, 1e-3, 1e-6, 1e-9, *PREFIXES, 2**20, 2**30)  # 1e-2: per cent; MiB, GiB
        scales = [full / unit for unit in units]
        digits = len(text.partition(".")[2].partition("e")[0])
        step = 10.0**-digits if "e" not in text else 0.05 * abs(full)
        assert any(math.isclose(shown, s, rel_tol=0.051, abs_tol=0.51 * step) for s in scales)


@pytest.mark.parametrize("n_more", one_by_day([0, 13]))
def test_a_page_of_many_arms_is_under_3_megabytes(tmp_path: Path, n_more: int) -> None:
    html = page(findings_of(many_arms(tmp_path / "field", n_more=n_more, n_blocks=10).write()))
    assert len(html.encode("utf-8")) < 3e6


def test_a_run_that_timed_nothing_has_no_section_on_times(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("a", status="wrong", reason="r"), bench("b", status="crashed", reason="s"))
    ids = {
        a["id"]
        for _, a in Reader(page(findings_of(write_run(arms=arms, n_blocks=2)))).tags
        if "id" in a
    }
    assert not {"where", "yardsticks", "cold"} & ids
    assert {"ranking", "sure", "checks", "lesson", "method", "environment", "files"} <= ids


def test_every_entry_of_the_contents_leads_to_a_section(write_run: WriteRun) -> None:
    html = page(findings_of(write_run(n_blocks=2)))
    contents = re.findall(r'<li><a href="#([^"]+)">', html)
    assert len(contents) >= 10
    assert all(f'<h2 id="{target}">' in html for target in contents)


def test_every_number_of_a_full_run_is_in_cells_json(tmp_path: Path) -> None:
    folder = many_arms(tmp_path / "field", n_blocks=3).write()
    reader = Reader(write_report(folder).read_text(encoding="utf-8"))
    found = known(json.loads((folder / "report/cells.json").read_text(encoding="utf-8")))
    assert len(reader.values) > 1000
    assert {float(value) for value, _ in reader.values} <= found
    text = " ".join("".join(reader.text).split())
    for sentence in json.loads((folder / "report/cells.json").read_text())["sentences"]:
        assert sentence.removeprefix("Null arm: ") in text


def test_sentences_on_the_page_are_those_in_cells_json(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=3))
    text = " ".join("".join(Reader(page(found)).text).split())
    sentences: Any = cells_json(found)["sentences"]
    for sentence in sentences:
        assert sentence.removeprefix("Null arm: ") in text


def test_a_wrong_arm_has_no_number_on_the_page(write_run: WriteRun) -> None:
    html = page(findings_of(write_run(n_blocks=3)))
    for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL):
        head = re.search(r"<th scope=\"row\">.*?</th>", row, re.DOTALL)
        if head and ("doubled" in head[0] or "mlx" in head[0]):
            assert "<data" not in row


@pytest.mark.parametrize(
    "changes",
    [
        {"n_blocks": 1},
        {"n_blocks": 2, "phases": ("epoch",)},
        {"n_blocks": 2, "phases": ("data_iter",)},
        {"n_blocks": 2, "phases": ()},
        {"n_blocks": 3, "missing": frozenset((b, a) for b in range(3) for a in range(8))},
        {"n_blocks": 3, "missing": frozenset({(2, 1), (2, 4)})},
        {"n_blocks": 0},
        {"n_blocks": 2, "profile": "quick"},
    ],
)
def test_an_unusual_run_gives_a_sensible_page(write_run: WriteRun, changes: dict[str, Any]) -> None:
    reader = Reader(page(findings_of(write_run(**changes))))
    assert sum(tag == "h1" for tag, _ in reader.tags) == 1


@pytest.mark.parametrize("status", ["wrong", "crashed", "timeout", "out of memory"])
def test_a_run_of_only_failed_arms_says_why(
    write_run: WriteRun, bench: Callable[..., Any], status: str
) -> None:
    arms = (bench("a", status=status, reason="because of this"), bench("b", status=status))
    html = page(findings_of(write_run(arms=arms, n_blocks=2)))
    assert "No arm of this run got a number." in html
    assert "because of this" in html


def test_a_run_of_one_arm_gives_a_page(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    html = page(findings_of(write_run(arms=(bench("alone"),), n_blocks=3)))
    assert "Eager torch (alone) is the one automatic derivative with a time: " in as_read(html)


def test_the_golden_run_of_version_1_gives_a_page() -> None:
    html = page(findings_of(GOLDEN))
    assert "jax-scan" in html


def test_the_same_run_gives_the_same_bytes(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    assert page(findings_of(folder)) == page(findings_of(folder))


def test_figures_have_a_sentence_in_their_stead(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=3))
    reader = Reader(page(found))
    figures = [a for tag, a in reader.tags if tag == "svg"]
    assert len(figures) == len(gallery(found)) >= 7
    assert all(a["role"] == "img" and len(a["aria-label"] or "") > 40 for a in figures)


def test_tables_have_captions_and_every_header_its_scope(write_run: WriteRun) -> None:
    html = page(findings_of(write_run(n_blocks=2)))
    reader = Reader(html)
    headers = [a for tag, a in reader.tags if tag == "th"]
    assert all(a.get("scope") in ("row", "col") for a in headers)
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert "<caption" in table


def test_helpers_agree_on_how_a_number_is_written(write_run: WriteRun) -> None:
    cell = findings_of(write_run(n_blocks=3)).ranked("epoch")[0]
    assert cell.seconds is not None
    assert cell.ratio is not None
    html = page(findings_of(write_run(name="again", n_blocks=3)))
    assert f">{shown_seconds(cell.seconds).text}</data>" in html
    assert f">{shown_ratio(cell.ratio).text}</data>" in html
    assert plain(cell.ratio.value)
