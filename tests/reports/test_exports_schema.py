"""The schema of cells.json: made from its types, true of every run, no key undescribed."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports.findings.findings import findings
from reports.outputs.cells import cells_json
from reports.schemas import text
from runfiles.load import load_run
from tests.reports.many_arms import many_arms
from tests.reports.sized import write_sizes

WriteRun = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
NAME = "schemas/cells.schema.json"
SCHEMA: dict[str, Any] = json.loads((files("reports") / NAME).read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
GOLDEN = sorted((ROOT / "tests" / "data").glob("run-version-*"))


def mistakes(folder: Path) -> list[str]:
    """What of the run's cells.json the schema does not allow."""
    document = cells_json(findings(load_run(folder)))
    return [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(document)]


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside ``schema``, references excluded."""
    if isinstance(schema, list):
        for entry in schema:
            yield from parts(entry)
    elif isinstance(schema, dict) and "$ref" not in schema:
        if {"type", "const", "enum", "anyOf", "oneOf"} & set(schema):
            yield schema
        for key, entry in schema.items():
            if key in ("properties", "$defs"):
                yield from (part for value in entry.values() for part in parts(value))
            elif key in ("items", "additionalProperties", "anyOf", "oneOf"):
                yield from parts(entry)


@pytest.mark.parametrize(
    "changes",
    [
        {"n_blocks": 4},
        {"n_blocks": 1},
        {"n_blocks": 0},
        {"n_blocks": 2, "profile": "quick", "ceilings": True, "overhead": None},
        {"n_blocks": 2, "phases": ()},
        {"n_blocks": 3, "missing": frozenset({(2, 1), (2, 4)})},
        {"n_blocks": 2, "discards": ((0, ("step: steal_share 0.04 above 0.02",)),)},
    ],
    ids=str,
)
def test_the_schema_holds_for_runs_of_every_kind(
    write_run: WriteRun, changes: dict[str, Any]
) -> None:
    assert mistakes(write_run(**changes)) == []


@pytest.mark.parametrize("status", ["wrong", "crashed", "timeout", "out of memory", "unavailable"])
def test_the_schema_holds_where_every_arm_failed(
    write_run: WriteRun, bench: Callable[..., Any], status: str
) -> None:
    arms = (bench("a", status=status, failed_check="gradient"), bench("b", status=status))
    assert mistakes(write_run(arms=arms, n_blocks=2)) == []


def test_the_schema_holds_for_one_arm_on_a_device_and_for_unusable_evidence(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    facts = {"framework": {"gpu": "A Card", "device_peak_bytes": 12_300_000}}
    assert mistakes(write_run(arms=(bench("far", device="cuda"),), n_blocks=2, facts=facts)) == []
    arms = (bench("base"), bench("again", 2e-2, null_of=0), bench("other", 1e-3))
    assert mistakes(write_run(name="unusable", arms=arms, n_blocks=6)) == []


def test_the_schema_holds_for_the_whole_field(tmp_path: Path) -> None:
    assert mistakes(many_arms(tmp_path / "run", n_more=3, n_blocks=3).write()) == []


def test_the_schema_holds_for_a_sweep(tmp_path: Path) -> None:
    sizes = ({"batch_size": 10}, {"batch_size": 1, "steps": 9}, {"n_examples": 300})
    assert mistakes(write_sizes(tmp_path / "run", *sizes, n_blocks=3)) == []


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda path: path.name)
def test_the_schema_holds_for_runs_of_older_versions(folder: Path) -> None:
    assert mistakes(folder) == []


@pytest.mark.parametrize(
    "place", ["cells", "arms", "leads", "problem", "null_arm", "machine", "files"]
)
def test_a_key_that_is_not_described_is_noticed(write_run: WriteRun, place: str) -> None:
    document: Any = cells_json(findings(load_run(write_run(n_blocks=2))))
    part = document[place][0] if isinstance(document[place], list) else document[place]
    part["a new key"] = 1.0
    assert [error.validator for error in VALIDATOR.iter_errors(document)] == [
        "additionalProperties"
    ]


def test_a_key_that_went_missing_is_noticed(write_run: WriteRun) -> None:
    document: Any = cells_json(findings(load_run(write_run(n_blocks=2))))
    del document["cells"][0]["seconds_low"]
    assert [error.validator for error in VALIDATOR.iter_errors(document)] == ["required"]


def test_the_schema_is_one_and_describes_every_key_in_a_sentence() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = list(parts(SCHEMA))
    assert len(found) > 200
    for part in found:
        text = part.get("description", "")
        if part.get("type") != "null":
            assert text[:1].strip(), part
            assert text.endswith("."), text


def test_no_object_of_the_schema_is_open() -> None:
    for part in parts(SCHEMA):
        if part.get("type") == "object":
            assert part["additionalProperties"] is False or "properties" not in part
            assert list(part.get("properties", ())) == part.get("required", [])


def test_the_schema_is_that_of_the_types() -> None:
    stored = (ROOT / "reports" / NAME).read_text(encoding="utf-8")
    assert stored == text(), "write it again: python -m reports.schemas"


def test_the_wheel_brings_the_schema(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert f"reports/{NAME}" in zipfile.ZipFile(wheel).namelist()
