"""What reports show of the memory that a call takes, and what they leave out."""

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
from reports.text.numbers import mebibytes
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.conftest import WITH_MEMORY
from tests.reports.texts import Texts

WriteRun = Callable[..., Path]
GOLDEN = sorted((Path(__file__).parents[1] / "data").glob("run-version-*"))
TABLE = "What a call takes of memory"
MIB = 2**20


def change(folder: Path, block: int, arm: int, **phases: Any) -> None:
    """Set what a process told of its phases; None: it told nothing."""
    path = folder / f"raw/{block:03d}-{arm:02d}.json"
    record = json.loads(path.read_text())
    for name, told in phases.items():
        record["phases"][name]["extra_memory_bytes"] = told
        if told is None:
            del record["phases"][name]["extra_memory_bytes"]
    path.write_text(json.dumps(record))


def told(all_found: Findings, arm: str, phase: str) -> float | None:
    cells: Any = cells_json(all_found)["cells"]
    (cell,) = [one for one in cells if (one["arm"], one["phase"]) == (arm, phase)]
    found: float | None = cell["extra_memory_bytes"]
    return found


def columns(found: Findings) -> list[str]:
    """The table's columns but the arm's, none where there is no table."""
    tables = Texts(page(found)).tables
    return tables[TABLE].columns[1:] if TABLE in tables else []


def test_of_the_processes_that_tell_it_the_median_counts(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=4, memory=True)
    for block, n_bytes in enumerate((5 * MIB, None, 7 * MIB, 60 * MIB)):
        change(folder, block, 0, epoch=n_bytes)
    found = findings(load_run(folder))
    assert told(found, "torch-lesson", "epoch") == 7 * MIB
    assert told(found, "torch-lesson", "step") is None
    assert told(found, "torch-lesson", "update") is None
    assert told(found, "jax-scan", "gradient") is None
    assert told(found, "doubled", "epoch") is None  # a wrong arm has no number


def test_the_page_shows_it_in_mib(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=3, memory=True)))
    assert columns(found) == ["memory, gradient", "memory, epoch"]
    rows = {row.arm: row.values[-2:] for row in Texts(page(found)).tables[TABLE].rows}
    for arm in ("torch-lesson", "numpy"):
        assert rows[arm] == [[told(found, arm, "gradient")], [told(found, arm, "epoch")]]
    assert rows["jax-scan"] == [[], [told(found, "jax-scan", "epoch")]]  # taken apart it is not


def test_a_phase_that_nobody_tells_has_no_column(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2, memory=True, phases=("step", "epoch"))))
    assert columns(found) == ["memory, epoch"]


def test_without_any_there_is_no_word_of_memory(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2)))
    assert columns(found) == []
    assert "Memory is what" not in page(found)


def test_nothing_taken_is_a_number_and_nothing_told_is_none(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2, memory=True)
    for block in range(2):
        change(folder, block, 0, epoch=0)
        change(folder, block, 2, epoch=None)
    found = findings(load_run(folder))
    _, *shown = Texts(page(found)).tables[TABLE].rows
    rows = {row.arm: row.values[-1] for row in shown}
    assert (rows["torch-lesson"], rows["torch"]) == ([0.0], [])


def test_an_arm_on_another_device_has_none(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    arms = (bench("base"), bench("far", 1e-3, device="cuda"))
    found = findings(load_run(write_run(arms=arms, n_blocks=2, memory=True)))
    assert told(found, "base", "epoch") is not None
    assert [told(found, "far", phase) for phase in ("gradient", "epoch")] == [None] * 2


def test_the_table_of_cells_has_it_and_leaves_out_what_is_not_there(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2, memory=True)))
    rows = list(csv.DictReader(io.StringIO(cells_csv(found))))
    given = {row["phase"] for row in rows if row["extra_memory_bytes"]}
    assert given == set(WITH_MEMORY) - {"full_gradient"}  # which this run did not time
    assert all(float(row["extra_memory_bytes"] or 1) > 0 for row in rows)


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda path: path.name)
def test_stored_runs_without_it_are_read_as_before(folder: Path) -> None:
    found = findings(load_run(folder))
    cells: Any = cells_json(found)["cells"]
    assert {cell["extra_memory_bytes"] for cell in cells} == {None}
    assert columns(found) == []
    assert "of a gather" not in page(found)


@pytest.mark.parametrize("value", [-1, 0.5, "much", True, 2**60])
def test_what_is_no_number_of_bytes_is_refused(write_run: WriteRun, value: Any) -> None:
    folder = write_run(n_blocks=1, memory=True)
    change(folder, 0, 0, epoch=value)
    with pytest.raises(BadRun, match=r"phases\.epoch\.extra_memory_bytes is "):
        load_run(folder)


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0.0"), (2**17, "0.12"), (3 * MIB, "3.0"), (12.34 * MIB, "12"), (1234 * MIB, "1200")],
)
def test_mib_have_two_digits(n_bytes: float, text: str) -> None:
    assert mebibytes(n_bytes) == text
