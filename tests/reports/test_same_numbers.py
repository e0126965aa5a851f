"""What cells.json said it still says: of reports that are checked in, key by key, number by number.

The gallery's reports were made by earlier versions, and their raw files are not kept; but their
blocks are, in full.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.findings import findings
from reports.findings.intervals import Bar, Floats, detectable, log_estimate, verdict
from reports.outputs.cells import cells_json
from runfiles.load import load_run
from runfiles.phases import DERIVED
from tests.reports.same_numbers import added, differences, leaves

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: Any = json.loads((ROOT / "reports/schemas/cells.schema.json").read_text(encoding="utf-8"))
REPORTS = [ROOT / "docs/gallery" / name for name in ("default", "cuda")]
LAST_DIGITS = 1e-14  # another NumPy may add in another order


@pytest.fixture(scope="module", params=REPORTS, ids=lambda path: path.name)
def report(request: pytest.FixtureRequest) -> Path:
    """A report of the gallery."""
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def document(report: Path) -> Any:
    """Its cells.json, as an earlier version wrote it."""
    return json.loads((report / "cells.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def logs(report: Path, document: Any) -> dict[tuple[str, str], Floats]:
    """By arm and phase, the log of each block's seconds, NaN where it has none."""
    found: dict[tuple[str, str], Floats] = {}
    with (report / "blocks.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            empty = np.full(document["n_blocks"], np.nan)
            column = found.setdefault((row["arm"], row["phase"]), empty)
            column[int(row["block"])] = np.log(max(float(row["seconds"]), 1e-9))
    return found


def undescribed(value: Any, rules: Any, path: str = "") -> Iterator[str]:
    """Where ``value`` has a key that the schema does not know."""
    kinds = [one for one in rules.get("anyOf", [rules]) if one.get("type") != "null"]
    if isinstance(value, dict):
        told = [SCHEMA["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
                for one in kinds]  # fmt: skip
        for name, entry in value.items():
            known = [one["properties"].get(name) for one in told if "properties" in one]
            known += [one["additionalProperties"] for one in told if "properties" not in one]
            if not any(known):
                yield f"{path}.{name}"
            else:
                yield from undescribed(entry, next(filter(None, known)), f"{path}.{name}")
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from undescribed(entry, kinds[0]["items"], f"{path}[{place}]")


def test_every_key_of_an_earlier_report_is_a_key_still(document: Any) -> None:
    assert list(undescribed(document, SCHEMA)) == []
    document = {**document, "later": 1.0}
    assert list(undescribed(document, SCHEMA)) == [".later"]


def test_every_cell_of_an_earlier_report_comes_out_the_same(
    document: Any, logs: dict[tuple[str, str], Floats]
) -> None:
    """Time, ratio and interval, and the smallest ratio that would have been called."""
    n_ratios = 0
    for cell in document["cells"]:
        if cell["seconds"] is None or cell["phase"] in DERIVED:
            continue
        own = logs[cell["arm"], cell["phase"]]
        ratios = own - logs[cell["baseline"], cell["phase"]]
        same(log_estimate(own), cell, "seconds")
        if cell["ratio_low"] is not None:
            n_ratios += 1
            same(log_estimate(ratios), cell, "ratio")
            bar = Bar(document["margin"], _null(document, cell["phase"]))
            assert detectable(ratios, bar) == pytest.approx(cell["mde"], rel=LAST_DIGITS)
            assert not document["null_arm"]["usable"] or verdict(ratios, bar) == cell["verdict"]
    assert n_ratios > 20


def _null(document: Any, phase: str) -> float:
    """The log-ratio up to which identical arms may differ, as the document tells it."""
    ends = [
        abs(np.log(cell[end]))
        for cell in document["null_arm"]["cells"]
        for end in ("ratio_low", "ratio_high")
        if cell["phase"] == phase
    ]
    return float(max(ends, default=0.0))


def same(found: Any, cell: dict[str, Any], name: str) -> None:
    """Whether an estimate is what the document has under ``name``."""
    told = [cell[name], cell[f"{name}_low"], cell[f"{name}_high"]]
    assert [found.value, found.low, found.high] == pytest.approx(told, rel=LAST_DIGITS), cell


def test_a_number_off_by_its_last_digit_and_a_key_that_is_gone_are_named() -> None:
    old: Any = cells_json(findings(load_run(ROOT / "tests/data/run-version-2")))
    new = json.loads(json.dumps(old))
    assert (differences(old, new), added(old, new)) == ([], [])
    places = [path for path, value in leaves(old) if re.search(r"cells\[0\]\.seconds$", path)]
    new["cells"][0]["seconds"] = np.nextafter(new["cells"][0]["seconds"], 1.0).item()
    del new["cells"][1]["ratio"]
    new["cells"][2]["later"] = 1.0
    first, second = differences(old, new)
    assert places == [first.partition(":")[0]]
    assert second.startswith(".cells[1].ratio: ")
    assert added(old, new) == [".cells[2].later"]
