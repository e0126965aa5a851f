"""One table, four outputs: each tells the same, and nothing in a cell is markup or a formula."""

from __future__ import annotations

import csv
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from reports.findings.intervals import Estimate
from reports.outputs.parts import below, note, quantity, together, verdict
from reports.outputs.table import PAGE, TEXT, Cell, Column, Row, Table, table
from reports.outputs.terminal import draw
from reports.text.numbers import TOO_FEW, shown_ratio, shown_seconds

HOSTILE = "=<b>|`[red]x"
SURE, VAGUE = Estimate(1.5e-3, 1.4e-3, 1.6e-3, 9), Estimate(2e-3, 1e-4, 9e-3, 2)
HEADS = (
    *("arm", Column("time", interval="beside"), Column("place", PAGE), Column("rank", TEXT)),
    *(Column("far", may_go=True), Column("farther", may_go=True), "verdict", "nothing"),
)


@pytest.fixture
def made() -> Table:
    """A table of two rows with a cell of every kind."""
    rows = (
        (together("fast", below("version 2")), quantity(shown_seconds, SURE), "left", "first",
         None, None, verdict("faster"), None),
        Row((HOSTILE, quantity(shown_seconds, VAGUE), "right", "last",
             quantity(shown_ratio, SURE), "1", note("baseline"), None), {"data-arm": HOSTILE}),
    )  # fmt: skip
    return table("Everything", HEADS, rows, kind="all", folded="A table")


def drawn(made: Table, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding), width=200, highlight=False)
    console.print(draw(made, console, width)[0], width=width)
    console.file.flush()
    return raw.getvalue().decode(encoding)


def test_the_page_has_full_values_and_escapes_all_else(made: Table) -> None:
    html = made.__html__()
    assert '<data value="0.0015">1.50</data> <span class="unit">ms</span>' in html
    assert '<th scope="col" class="num">time</th>' in html
    assert '<td><span class="verdict faster">faster</span></td>' in html
    assert 'data-arm="=&lt;b&gt;|`[red]x"' in html
    assert "<b>" not in html
    assert ("left" in html, "first" in html, "nothing" in html) == (True, False, True)


def test_csv_has_what_stands_in_a_cell_whatever_it_looks_like() -> None:
    of_cells = table(
        "Cells", ("arm", "is"), (("a", Cell("=wrong", "failed")), ("b", Cell(None, "none")))
    )
    assert list(csv.reader(io.StringIO(of_cells.csv())))[1:] == [["a", "'=wrong"], ["b", ""]]


def test_markdown_has_the_intervals_and_no_column_that_says_nothing(made: Table) -> None:
    head, rule, first, second, last = made.markdown()
    assert head == "| arm | time | rank | far | farther | verdict |"
    assert rule == "|---|--:|---|--:|---|---|"
    assert first == "| fast version 2 | 1.50 ms [1.40, 1.60] | first |  |  | faster |"
    assert second.startswith(r"| =&lt;b&gt;\|\`\[red\]x | about 2.0 ms (too few blocks to say) |")
    assert last == ""


def test_csv_has_every_number_in_full_and_no_formula(made: Table) -> None:
    first, second = csv.DictReader(io.StringIO(made.csv()))
    assert [first[f"time{end}"] for end in ("", "_low", "_high")] == ["0.0015", "0.0014", "0.0016"]
    assert second["arm"] == "'" + HOSTILE
    assert (first["far"], second["far"]) == ("", "0.0015")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [45, 70, 90])
def test_a_terminal_shows_what_it_has_room_for(made: Table, width: int, encoding: str) -> None:
    text = drawn(made, width, encoding)
    assert max(map(cell_len, text.splitlines())) <= width
    assert ("[1.40, 1.60]" in text, TOO_FEW in text) == (width == 90, width == 90)
    assert ("farther" in text) == (width >= 70)
    assert "fast" in text
    assert "x1b" not in text


def test_a_table_without_rows_says_nothing() -> None:
    none = table("Nothing", ("arm", "time"), ())
    assert not none
    assert none.markdown() == []
    assert none.csv() == "arm,time\n"
