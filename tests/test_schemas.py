"""The schemas of a run's files are those of their types, and hold for what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runfiles import schemas
from runfiles.code import Code, CodeFile, Place
from runfiles.records import Ceilings, Discard, Interpreters, Plan, Process, Record
from runfiles.store import read, write

STORED = Path(__file__).parent / "data" / "run-version-1-sizes"
KINDS: dict[str, type[Record]] = {
    "plan.json": Plan,
    "raw/000-00.json": Process,
    "ceilings/000.json": Ceilings,
}
MADE: dict[str, Record] = {
    "raw": Process(block=0, position=0, arm=0, status="crashed", reason="it broke"),
    "ceilings": Ceilings(block=0, status="timeout", reason="too long"),
    "discard": Discard(number=0, block=1, reasons=("noise",), files=("001-00.json",)),
    "interpreters": Interpreters(paths={"old": "/venv/bin/python"}),
    "code": Code(
        files=(CodeFile.of("theirs.own", "Mine = 1\n"),),
        arms=(Place(module="theirs.own", names=("Mine",)), Place(reason="no file is found")),
    ),
}


def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(schemas.schema(schemas.KINDS[name]))


@pytest.mark.parametrize("name", schemas.KINDS)
def test_a_stored_schema_is_that_of_its_type(name: str) -> None:
    """Otherwise: python -m runfiles.schemas."""
    stored = (schemas.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert stored == schemas.text(schemas.KINDS[name])


@pytest.mark.parametrize("name", MADE)
def test_what_is_written_is_what_the_schema_says(name: str, tmp_path: Path) -> None:
    write(tmp_path / "a.json", MADE[name])
    document = json.loads((tmp_path / "a.json").read_text())
    validator(name).validate(document)
    for key in ("format", "version", "status", "block", "number"):
        if key in document:
            lacking = {other: value for other, value in document.items() if other != key}
            assert not validator(name).is_valid(lacking), key


@pytest.mark.parametrize("file", KINDS)
def test_an_older_file_that_is_written_again_is_what_the_schema_says(
    file: str, tmp_path: Path
) -> None:
    record = read(STORED / file, KINDS[file])
    write(tmp_path / "a.json", record)
    assert read(tmp_path / "a.json", KINDS[file]) == record
    name = {"plan.json": "plan"}.get(file, file.partition("/")[0])
    validator(name).validate(json.loads((tmp_path / "a.json").read_text()))
