"""What github-action-benchmark and Bencher are promised, and what holds for every export."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.exports.bencher import bencher_json
from reports.outputs.exports.blocks import blocks_csv
from reports.outputs.exports.github_action import github_action_json
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from runfiles.load import load_run
from tests.reports.conftest import PARTS, WHOLE
from tests.reports.many_arms import many_arms
from tests.reports.sized import write_size, write_sizes

WriteRun = Callable[..., Path]
HOSTILE = "=cmd|'/c calc'!A1 `@team` <script>alert(1)</script> \x1b[31m\u202e\n\"quoted\""

# BenchmarkResult in src/extract.ts of benchmark-action/github-action-benchmark (v1.22.0).
GITHUB_ACTION = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "value": {"type": "number"},
            "unit": {"type": "string"},
            "range": {"type": "string"},
            "extra": {"type": "string"},
        },
        "required": ["name", "value", "unit"],
        "additionalProperties": False,
    },
}

# https://bencher.dev/bmf.json (v0), with its limit on a name's length and no further keys.
METRIC = {
    "type": "object",
    "properties": {key: {"type": "number"} for key in ("value", "lower_value", "upper_value")},
    "required": ["value"],
    "additionalProperties": False,
}
BENCHER = {
    "type": "object",
    "propertyNames": {"minLength": 1, "maxLength": 1024},
    "patternProperties": {".+": {"type": "object", "patternProperties": {".+": METRIC}}},
}


def findings_of(folder: Path) -> Findings:
    return findings(load_run(folder))


def rows_of(found: Findings) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(blocks_csv(found))))


def texts_of(found: Findings) -> list[str]:
    """Every export as the text that is written."""
    made = (github_action_json, bencher_json, pytest_benchmark_json)
    return [*(json.dumps(make(found)) for make in made), blocks_csv(found)]


def timed(found: Findings, phase: str | None = None) -> list[dict[str, Any]]:
    """The cells of repeated phases that have a number, as cells.json has them."""
    cells: Any = cells_json(found)["cells"]
    repeated = {*PARTS, *WHOLE}
    return [
        cell
        for cell in cells
        if cell["seconds"] is not None and cell["phase"] in repeated
        if phase in (None, cell["phase"])
    ]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return findings_of(many_arms(tmp_path_factory.mktemp("field") / "run", n_blocks=3).write())


@pytest.fixture
def two_sizes(tmp_path: Path) -> Findings:
    """A run whose second size cuts its epochs."""
    sizes = ({"batch_size": 10}, {"batch_size": 1, "steps": 400})
    phases = (*PARTS, *WHOLE)
    return findings_of(write_sizes(tmp_path / "run", *sizes, n_blocks=3, phases=phases))


def test_github_action_benchmark_gets_its_own_format(full: Findings, two_sizes: Findings) -> None:
    for found in (full, two_sizes):
        entries = github_action_json(found)
        jsonschema.validate(entries, GITHUB_ACTION)
        assert entries


def test_github_action_benchmark_gets_every_time_and_ratio_in_full(full: Findings) -> None:
    entries: Any = github_action_json(full)
    cells = timed(full, "epoch")
    found = {entry["name"]: entry for entry in entries}
    assert len(found) == len(entries)
    assert len(entries) == len(cells) + sum(not cell["is_baseline"] for cell in cells)
    for cell in cells:
        time = found.pop(f"{cell['arm']}: epoch, 1000 x 2, batch 10")
        assert time["unit"] == "µs"
        assert time["value"] == cell["seconds"] * 1e6
        if not cell["is_baseline"]:
            name = f"{cell['arm']}: ratio to {cell['baseline']}, epoch, 1000 x 2, batch 10"
            assert found.pop(name)["value"] == cell["ratio"]
    assert not found


def test_the_range_is_the_interval_and_extra_says_what_was_found(full: Findings) -> None:
    entries: Any = github_action_json(full)
    entry = next(e for e in entries if e["name"].startswith("numpy: epoch"))
    (cell,) = (cell for cell in timed(full, "epoch") if cell["arm"] == "numpy")
    low, high = map(float, re.findall(r"[\d.]+", entry["range"].removeprefix("95 %")))
    assert low == pytest.approx(cell["seconds_low"] * 1e6, rel=0.02)
    assert high == pytest.approx(cell["seconds_high"] * 1e6, rel=0.02)
    assert entry["extra"].splitlines() == [
        *("verdict: faster", "evidence: not shown", "blocks: 3", "profile: default"),
        "engine: numpy 2.4.1",
        "machine: A Processor, 2 CPUs, 1 thread, Python 3.11.4",
    ]


def test_one_block_has_no_range(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=1))
    entries: Any = github_action_json(found)
    assert entries
    assert not any("range" in entry for entry in entries)
    measures: Any = bencher_json(found)
    assert all(set(one["latency"]) == {"value"} for one in measures.values())


def test_bencher_gets_its_own_format(full: Findings, two_sizes: Findings) -> None:
    for found in (full, two_sizes):
        metrics = bencher_json(found)
        jsonschema.validate(metrics, BENCHER)
        assert metrics


def test_bencher_gets_every_repeated_phase_in_nanoseconds(full: Findings) -> None:
    metrics: Any = bencher_json(full)
    cells = timed(full)
    assert len(metrics) == len(cells)
    for cell in cells:
        epochs = ", 3 epochs" if cell["phase"] == "train" else ""
        found = metrics[f"{cell['arm']}: {cell['phase']}, 1000 x 2, batch 10{epochs}"]
        ends = (cell["seconds"], cell["seconds_low"], cell["seconds_high"])
        assert list(found["latency"].values()) == [end * 1e9 for end in ends]
        ratio = [cell["ratio"], cell["ratio_low"], cell["ratio_high"]]
        assert list(found.get("ratio", {}).values()) == ([] if cell["is_baseline"] else ratio)


def test_an_arm_that_failed_a_check_is_in_no_export(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    late = bench("late-wrong", 2e-3, "torch", "wrong", "no", "gradient", bad_blocks=frozenset({2}))
    arms = (bench("base"), bench("wrong-one", status="wrong", failed_check="gradient"), late)
    texts = texts_of(findings_of(write_run(arms=arms, n_blocks=3)))
    assert all("base" in text for text in texts)
    assert not any("wrong" in text for text in texts)


def test_a_cut_epoch_is_named_as_one_and_a_call_over_all_data_is_not(two_sizes: Findings) -> None:
    found: dict[str, set[str]] = {}
    for name in [*bencher_json(two_sizes), *(entry["name"] for entry in _entries(two_sizes))]:
        phase, _, size = name.split(": ")[1].removeprefix("ratio to torch-lesson, ").partition(", ")
        found.setdefault(size, set()).add(phase)
    cut = "first 400 of 1000 steps"
    assert found == {
        "1000 x 2, batch 10": {*PARTS, *WHOLE} - {"train"},
        "1000 x 2, batch 10, 3 epochs": {"train"},
        "1000 x 2, batch 1": {*WHOLE},
        f"1000 x 2, batch 1, {cut}": {*PARTS} - {"train"},
        f"1000 x 2, batch 1, 3 epochs, {cut}": {"train"},
    }


def _entries(found: Findings) -> list[dict[str, Any]]:
    entries: Any = github_action_json(found)
    return list(entries)


def test_an_unusable_run_gives_no_alarm_and_no_verdict(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("base again", 2e-2, null_of=0), bench("other", 1e-3))
    found = findings_of(write_run(arms=arms, n_blocks=6))
    assert not found.null_arm.is_usable
    assert github_action_json(found) == []
    assert bencher_json(found) == {}
    assert rows_of(found)
    merged: Any = pytest_benchmark_json(found)
    for one in merged["benchmarks"]:
        assert one["group"].endswith(" (unusable evidence)")
        assert one["extra_info"]["verdict"] is None
        assert "Unsound evidence" in one["extra_info"]["unusable"]


def test_only_the_sizes_with_unusable_evidence_are_left_out(
    tmp_path: Path, bench: Callable[..., Any]
) -> None:
    good = (bench("base"), bench("base again", null_of=0))
    bad = (bench("base"), bench("base again", 2e-2, null_of=0))
    folder = write_size(tmp_path / "run", {"batch_size": 10}, arms=good, n_blocks=6)
    write_size(folder / "sizes" / "b100", {"batch_size": 100}, arms=bad, n_blocks=6)
    found = findings_of(folder)
    names = [*bencher_json(found), *(entry["name"] for entry in _entries(found))]
    assert names
    assert all("batch 10" in name and "batch 100" not in name for name in names)


def test_hostile_names_are_text_in_every_export(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (
        bench("@base" + HOSTILE, framework=HOSTILE),
        bench("-" + HOSTILE, 2e-3, dtype="+1", device="=1"),
        bench("\t=tab", 3e-3),
    )
    found = findings_of(write_run(arms=arms, n_blocks=2))
    for row in rows_of(found):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    names = [*bencher_json(found), *(entry["name"] for entry in _entries(found))]
    extras = [entry["extra"] for entry in _entries(found)]
    assert names
    assert not any(re.search("[`|\x00-\x1f\u202e]", name) for name in names)
    assert not any(re.search("[\x00-\x09\x0b-\x1f\u202e]", extra) for extra in extras)


def test_arms_whose_names_look_alike_keep_their_own_numbers(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    names = ("x" * 300 + "1", "x" * 300 + "2", "a`b", "a\\u0060b")
    arms = tuple(bench(name, 10.0**-power) for power, name in enumerate(names, 1))
    all_found = findings_of(write_run(arms=arms, n_blocks=2, phases=("epoch",)))
    metrics: Any = bencher_json(all_found)
    found = [one["latency"]["value"] for one in metrics.values()]
    assert found == [cell["seconds"] * 1e9 for cell in timed(all_found)]
    assert len({entry["name"] for entry in _entries(all_found)}) == len(_entries(all_found)) == 7


@pytest.mark.parametrize("status", ["wrong", "crashed"])
def test_a_run_without_numbers_gives_empty_exports(
    write_run: WriteRun, bench: Callable[..., Any], status: str
) -> None:
    found = findings_of(write_run(arms=(bench("a", status=status),), n_blocks=2))
    assert github_action_json(found) == []
    assert bencher_json(found) == {}
    assert pytest_benchmark_json(found)["benchmarks"] == []
    assert rows_of(found) == []
