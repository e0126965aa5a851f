"""The harness's own time stands beside every cell it is part of."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.tables import cells_csv
from reports.text.evidence import harness
from reports.text.headline import sentences
from runfiles.errors import BadRun
from runfiles.load import load_run

WriteRun = Callable[..., Path]
REPEATED = ("data_iter", "gradient", "step", "epoch", "train")


@pytest.fixture
def quick_call(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    """A run whose arm ``brief`` takes 5 microseconds an epoch, of which 80 ns are the harness's."""
    arms = (bench("base"), bench("again", null_of=0), bench("brief", 5e-6))
    return findings(load_run(write_run(arms=arms, n_blocks=3, between=0.0, within=0.0, drift=0.0)))


def test_every_repeated_cell_says_seconds_and_share(quick_call: Findings) -> None:
    cells: Any = cells_json(quick_call)["cells"]
    for cell in cells:
        if cell["phase"] in REPEATED:
            assert cell["overhead_seconds"] == 8e-8
            assert cell["overhead_share"] == pytest.approx(8e-8 / cell["seconds"])
        else:
            assert cell["overhead_seconds"] is cell["overhead_share"] is None
    rows = list(csv.DictReader(io.StringIO(cells_csv(quick_call))))
    assert {row["overhead_seconds"] for row in rows if row["phase"] in REPEATED} == {"8e-08"}


def test_a_call_of_several_epochs_shares_the_overhead(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    for path in (folder / "raw").glob("*.json"):
        raw = json.loads(path.read_text())
        for name, phase in raw["phases"].items():
            phase["epochs_per_call"] = 2 if name == "epoch" else phase["epochs_per_call"]
        path.write_text(json.dumps(raw))
    found = findings(load_run(folder))
    epoch, train = found.cell(found.arms[0], "epoch"), found.cell(found.arms[0], "train")
    assert epoch is not None
    assert train is not None
    assert epoch.overhead is not None
    assert train.overhead is not None
    assert (epoch.overhead.seconds, train.overhead.seconds) == (4e-8, 8e-8)


def test_the_largest_share_is_said_and_what_is_above_1_percent_is_named(
    quick_call: Findings,
) -> None:
    text = harness(quick_call) or ""
    assert text.startswith(
        "The harness adds 80.0 ns to a call, at most 16 % of a cell (brief, data"
    )
    assert "above 1.0 % in: brief, data iteration; brief, gradient; brief, step and 1 more" in text
    assert text in sentences(quick_call)


def test_a_share_above_1_percent_is_flagged_on_the_page(quick_call: Findings) -> None:
    html = page(quick_call)
    assert html.count('class="overhead flagged"') == 4 + 1  # phases, and the ranking's epoch
    assert html.count('class="overhead"') == 11


def test_a_run_that_did_not_measure_the_harness_says_so(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2, overhead=None)))
    assert harness(found) is None
    assert "Its own time was not recorded in this run." in page(found)
    cells: Any = cells_json(found)["cells"]
    assert {cell["overhead_seconds"] for cell in cells} == {None}


@pytest.mark.parametrize("overhead", [-1e-9, float("nan"), "80 ns", True, [8e-8], 1e300])
def test_an_overhead_no_clock_gives_is_refused(write_run: WriteRun, overhead: Any) -> None:
    folder = write_run(n_blocks=2, overhead=overhead)
    with pytest.raises(BadRun, match=r"facts\.call_overhead_seconds"):
        load_run(folder)
