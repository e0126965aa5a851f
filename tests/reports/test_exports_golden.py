"""Runs of stored versions: every file of a report can be made of them."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from runfiles.load import load_run
from tests.reports.reported import write_report

DATA = Path(__file__).parents[1] / "data"
GOLDEN = sorted(path.name for path in DATA.glob("run-version-*"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes the report of a copy of a golden run, once."""
    folder = tmp_path_factory.mktemp("golden")
    return cache(lambda name: write_report(shutil.copytree(DATA / name, folder / name)).parent)


def refuse(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_run_gives_every_file_with_its_arms_in_it(
    name: str, report: Callable[[str], Path]
) -> None:
    folder = report(name)
    exports = ("github-action-benchmark.json", "bencher.json", "pytest-benchmark.json")
    for file in (*exports, "blocks.csv", "cells.json", "cells.csv", "index.html", "table.md"):
        assert "numpy" in (folder / file).read_text(encoding="utf-8"), file


@pytest.mark.parametrize("name", GOLDEN)
def test_no_number_of_a_golden_run_is_no_number(name: str, report: Callable[[str], Path]) -> None:
    folder = report(name)
    for path in folder.glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    with (folder / "blocks.csv").open(newline="", encoding="utf-8") as lines:
        seconds = [float(row["seconds"]) for row in csv.DictReader(lines)]
    assert seconds
    assert all(math.isfinite(value) and value >= 0 for value in seconds)


def test_the_golden_run_of_two_sizes_is_read_with_its_cut_epochs() -> None:
    run = load_run(DATA / "run-version-1-sizes")
    (other,) = run.sizes
    specs = [one.plan.problem for one in (run, other)]
    assert [(spec.batch_size, spec.steps, spec.n_visited) for spec in specs] == [
        (10, None, 200),
        (1, 50, 50),
    ]
    assert [len(one.processes) for one in (run, other)] == [4, 4]
    assert {process.status for one in (run, other) for process in one.processes} == {"ok"}


def test_the_golden_sweep_is_in_cells_json_and_its_prefix_is_said(
    report: Callable[[str], Path],
) -> None:
    folder = report("run-version-1-sizes")
    cells: Any = json.loads((folder / "cells.json").read_text(encoding="utf-8"))
    (size,) = cells["sizes"]
    assert size["size"] == "n200-d2-b1"
    assert (size["problem"]["steps"], size["problem"]["n_visited"]) == (50, 50)
    assert (cells["problem"]["steps"], cells["problem"]["n_visited"]) == (None, 200)
    assert [axis["name"] for axis in cells["sweep"]["axes"]] == ["batch_size"]
    names = json.loads((folder / "bencher.json").read_text(encoding="utf-8"))
    assert "numpy: epoch, 200 x 2, batch 1, first 50 of 200 steps" in names
