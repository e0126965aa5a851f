"""What blocks.csv promises: a number a process, from its raw file."""

from __future__ import annotations

import csv
import io
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.findings.findings import findings
from reports.outputs.exports.blocks import COLUMNS, blocks_csv
from runfiles.load import load_run
from tests.reports.sized import write_sizes

WriteRun = Callable[..., Path]


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(blocks_csv(findings(load_run(folder))))))


def test_a_block_that_crashed_leaves_the_others_in_blocks_csv(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    flaky = bench("flaky", status="crashed", bad_blocks=frozenset({1}))
    rows = rows_of(write_run(arms=(bench("base"), flaky), n_blocks=3))
    found = {(row["arm"], row["block"]) for row in rows}
    assert found == {("base", "0"), ("base", "1"), ("base", "2"), ("flaky", "0"), ("flaky", "2")}


def test_blocks_csv_has_the_median_of_every_process(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=3)
    rows = rows_of(folder)
    wanted = {}
    for path in (folder / "raw").glob("*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["status"] != "ok":
            continue
        for phase, series in raw["phases"].items():
            wanted[raw["arm"], phase, raw["block"]] = statistics.median(series["seconds"])
        wanted |= {(raw["arm"], phase, raw["block"]): s for phase, s in raw["cold"].items()}
    names = [arm["name"] for arm in json.loads((folder / "plan.json").read_text())["arms"]]
    found = {
        (names.index(row["arm"]), row["phase"], int(row["block"])): float(row["seconds"])
        for row in rows
    }
    assert len(found) == len(rows)
    assert found == pytest.approx(wanted, rel=1e-15)


def test_blocks_csv_tells_the_sizes_of_a_sweep_apart(tmp_path: Path) -> None:
    sizes = ({"batch_size": 10}, {"batch_size": 1, "steps": 400})
    rows = rows_of(write_sizes(tmp_path / "run", *sizes, n_blocks=3))
    assert tuple(rows[0]) == ("n_examples", "n_features", "batch_size", "steps", *COLUMNS)
    found = [(row["n_examples"], row["batch_size"], row["steps"]) for row in rows]
    assert set(found) == {("1000", "10", ""), ("1000", "1", "400")}
    assert found.count(("1000", "10", "")) == found.count(("1000", "1", "400"))
    assert {"import", "epoch"} <= {row["phase"] for row in rows}
