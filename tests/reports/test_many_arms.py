"""A run of a whole field stays readable: arms left out in a line, tables in 80 columns."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.tables import markdown, print_summary
from reports.text.machine import machine_text
from runfiles.load import load_run
from tests.reports.many_arms import many_arms

WriteRun = Callable[..., Path]


@pytest.fixture(scope="module")
def all_found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return findings(load_run(many_arms(tmp_path_factory.mktemp("field") / "run", 13, 4).write()))


@pytest.fixture(scope="module")
def html(all_found: Findings) -> str:
    """The page of that run."""
    return page(all_found)


def printed(all_found: Findings) -> str:
    out = io.StringIO()
    print_summary(all_found, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def test_arms_left_out_are_told_by_reason(all_found: Findings) -> None:
    found = [(one.status, one.names) for one in all_found.left_out]
    assert found == [
        ("unavailable", ("cupy",)),
        ("unavailable", ("enzyme", "enzyme-epoch")),
        ("unsupported", ("torch-cudagraph",)),
    ]
    text = " ".join(printed(all_found).split())
    assert "Unavailable, no row: cupy: cupy is not installed" in text
    assert "enzyme, enzyme-epoch: enzyme is not installed" in text
    assert "- unavailable: enzyme, enzyme-epoch: enzyme is not installed" in markdown(all_found)


def test_arms_left_out_take_no_row_in_any_table(all_found: Findings, html: str) -> None:
    tables = html.split('id="environment"')[0]  # there every process has its facts
    for row in re.findall(r"<tr.*?</tr>", tables, re.DOTALL):
        assert "enzyme" not in row
        assert "cudagraph" not in row
    assert not any(
        line.startswith(("| enzyme", "| cupy")) for line in markdown(all_found).split("\n")
    )


def test_an_arm_that_failed_keeps_its_row_with_its_reason_and_no_number(html: str) -> None:
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    mine = [row for row in rows if ">tinygrad</bdi>" in row]
    assert mine
    assert not any("<data" in row for row in mine)
    assert "failed <bdi>gradient</bdi>" in "".join(mine)


def test_names_of_the_field_stand_on_one_line_of_80(all_found: Findings) -> None:
    lines = printed(all_found).splitlines()
    assert max(map(cell_len, lines)) <= 80
    for name in ("torch-compile-epoch", "casadi-codegen float64", "torch-lesson float64"):
        assert any(re.match(rf" ?{name} .*\d", line) for line in lines)


def test_the_ratio_names_what_it_is_to_and_shows_digits_where_it_is_small(
    all_found: Findings,
) -> None:
    text = printed(all_found)
    assert "ratio: time ÷ its baseline's" in text  # of two dtypes each has its own
    assert "Arms in float64 are compared with torch-lesson float64." in " ".join(text.split())
    line = next(line for line in text.splitlines() if line.startswith("casadi-codegen"))
    assert re.search(r" 0\.00015\d* ", line)


@pytest.fixture
def far(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    """A run with an arm on a GPU whose processes tell its clock and memory."""
    facts = {
        "framework": {"gpu": "A Card", "device_peak_bytes": 12_300_000},
        "gpu": {"gpu": "Card by its driver", "sm_clock_mhz": 1410.0},
    }
    arms = (bench("base"), bench("far", 1e-3, device="cuda"))
    return findings(load_run(write_run(arms=arms, n_blocks=2, facts=facts)))


def test_memory_and_clock_of_the_device_are_shown(far: Findings) -> None:
    (use,) = far.devices
    assert (use.arm, use.gpu, use.peak_bytes) == ("far", ("A Card",), 12.3e6)
    assert (use.sm_clock_hz_low, use.sm_clock_hz_high) == (1.41e9, 1.41e9)
    html = page(far)
    assert "On the device" in html
    assert '<data value="12300000.0">12.3</data> <span class="unit">MB</span>' in html
    assert '<data value="1410000000.0">1.41</data> <span class="unit">GHz</span>' in html
    document: Any = cells_json(far)
    assert document["devices"][0]["peak_bytes"] == 12.3e6
    assert "A Card" in machine_text(far.machine)


def test_a_clock_the_framework_tells_in_hertz_counts_too(far: Findings) -> None:
    for number, process in enumerate(far.run.processes):
        process.facts["framework"] = {"sm_clock_hz": 1e9 + number}
        process.facts["gpu"] = {"gpu": "Card by its driver"}
    (use,) = far.devices
    assert use.sm_clock_hz_low is not None
    assert use.sm_clock_hz_high is not None
    assert use.sm_clock_hz_low < use.sm_clock_hz_high
    assert (use.gpu, use.peak_bytes) == (("Card by its driver",), None)


@pytest.mark.parametrize("value", [None, "fast", True, -1, float("nan"), 1e300, [1410]])
def test_a_clock_that_is_none_is_left_out(far: Findings, value: Any) -> None:
    for process in far.run.processes:
        process.facts["gpu"] = {"sm_clock_mhz": value}
        process.facts["framework"] = {"device_peak_bytes": value}
    (use,) = far.devices
    assert (use.peak_bytes, use.sm_clock_hz_low) == (None, None)
    assert cells_json(far)
