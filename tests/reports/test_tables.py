"""What the terminal, Markdown, CSV and JSON tables promise."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.tables import cells_csv, markdown, print_summary
from reports.text.headline import headline
from runfiles.load import load_run

WriteRun = Callable[..., Path]
HOSTILE = "<script>alert('x')</script> [red]|`$\\x1b[31m`\x1b[31m \u202e =1+1 😀"


@pytest.fixture
def all_found(write_run: WriteRun) -> Findings:
    return findings(load_run(write_run()))


@pytest.fixture
def hostile(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    arms = (
        bench("=base" + HOSTILE, framework=HOSTILE),
        bench(HOSTILE * 20, 2e-3),
        bench("@" + HOSTILE, status="crashed", reason=HOSTILE * 3),
        bench("\u05d0\u05d1\u05d2", 3e-3),
    )
    return findings(load_run(write_run(name="hostile", arms=arms, n_blocks=3)))


def printed(all_found: Findings, **options: Any) -> str:
    out = io.StringIO()
    print_summary(all_found, Console(file=out, **({"width": 80, "highlight": False} | options)))
    return out.getvalue()


def test_the_terminal_table_fits_80_columns(all_found: Findings, hostile: Findings) -> None:
    for one in (all_found, hostile):
        assert max(cell_len(line) for line in printed(one).splitlines()) <= 80


def test_the_terminal_says_the_headline_first_and_what_matters_last(all_found: Findings) -> None:
    text = " ".join(printed(all_found).split())
    assert text.startswith("Epoch-compiled JAX (jax-scan) is the fastest automatic deriv")
    table, counts = text.index("ratio: time ÷"), text.index("Against the baseline, of 4 arms: ")
    assert table < counts < text.index("Measured on ")
    assert "Smallest difference" not in text  # the page and cells.json have it
    assert "mlx: mlx is not installed; pip install mlx" in text


def test_there_is_no_colour_where_there_is_no_terminal(all_found: Findings) -> None:
    assert "\x1b" not in printed(all_found)


def test_no_color_is_respected(all_found: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in printed(all_found, force_terminal=True)


def test_a_terminal_gets_colour(all_found: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = printed(all_found, force_terminal=True, color_system="standard", _environ={})
    assert "\x1b[32m" in text


def test_hostile_names_send_nothing_to_the_terminal(hostile: Findings) -> None:
    text = printed(hostile)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_a_terminal_without_unicode_gets_everything_spelled_out(all_found: Findings) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    print_summary(all_found, Console(file=out, width=80, highlight=False))
    out.flush()
    assert b"jax-scan" in raw.getvalue()


def test_hostile_names_are_no_markup_in_markdown(hostile: Findings) -> None:
    text = markdown(hostile)
    assert "<script>" not in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {6}


def test_hostile_names_are_no_formulas_in_csv(hostile: Findings) -> None:
    rows = list(csv.reader(io.StringIO(cells_csv(hostile))))
    texts = [text for row in rows for text in row if not text.lstrip("-").isdigit()]
    number = re.compile(r"-\d+(\.\d+)?(e[-+]?\d+)?")
    begun = [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert [text for text in begun if not number.fullmatch(text)] == []


def test_csv_and_json_hold_the_same_cells(all_found: Findings) -> None:
    rows = list(csv.DictReader(io.StringIO(cells_csv(all_found))))
    cells: Any = cells_json(all_found)["cells"]
    assert [(row["arm"], row["phase"]) for row in rows] == [(c["arm"], c["phase"]) for c in cells]
    for row, cell in zip(rows, cells, strict=True):
        given = None if cell["seconds"] is None else repr(cell["seconds"])
        assert row["seconds"] == (given or "")


def test_every_cell_has_what_the_command_promises(all_found: Findings) -> None:
    cells: Any = cells_json(all_found)["cells"]
    promised = {
        "arm", "backend", "device", "dtype", "phase", "status", "reason", "seconds", "seconds_low",
        "seconds_high", "ratio", "ratio_low", "ratio_high", "verdict", "n_blocks", "failed_check",
        "mde",
    }  # fmt: skip
    assert all(promised <= cell.keys() for cell in cells)


def test_a_failed_arm_has_no_number_anywhere(all_found: Findings) -> None:
    document: Any = cells_json(all_found)
    for cell in document["cells"]:
        if cell["arm"] in ("doubled", "mlx"):
            numbers = ("seconds", "seconds_low", "seconds_high", "ratio", "ratio_low", "mde")
            assert [cell[key] for key in numbers] == [None] * len(numbers)
            assert cell["reason"]
    for arm in document["arms"]:
        if arm["arm"] in ("doubled", "mlx"):
            found = (arm["learned"], arm["losses"], arm["distance"], arm["break_even"])
            assert found == (None,) * 4
    for line in (printed(all_found) + markdown(all_found)).splitlines():
        if line.strip().startswith(("doubled  ", "| doubled", "mlx  ", "| mlx")):
            assert not any(character.isdigit() for character in line)


def test_json_has_no_nan_and_survives_the_round_trip(
    all_found: Findings, hostile: Findings
) -> None:
    for one in (all_found, hostile):
        document = cells_json(one)
        assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_an_unusable_run_says_so_first(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    arms = (bench("base", 1e-2), bench("again", 1.3e-2, null_of=0), bench("other", 2e-2))
    all_found = findings(load_run(write_run(arms=arms)))
    assert "unusable" in markdown(all_found).splitlines()[0]
    document: Any = cells_json(all_found)
    assert document["null_arm"]["usable"] is False


def test_the_headline_gives_the_interval_where_it_is_wide(write_run: WriteRun) -> None:
    narrow = str(headline(findings(load_run(write_run(name="narrow", n_blocks=12)))))
    wide = str(headline(findings(load_run(write_run(name="wide", n_blocks=4, between=0.2)))))
    assert "times as fast" in narrow
    assert " to " in wide
