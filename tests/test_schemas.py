"""The schemas of a run's files are those of their types, and hold for every file we have."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from runfiles import schemas

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", schemas.KINDS)
def test_a_stored_schema_is_that_of_its_type(name: str) -> None:
    """Otherwise: python -m runfiles.schemas."""
    stored = (schemas.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert stored == schemas.text(schemas.KINDS[name])


@pytest.mark.parametrize("name", schemas.KINDS)
def test_a_schema_is_one(name: str) -> None:
    found = schemas.schema(schemas.KINDS[name])
    jsonschema.Draft202012Validator.check_schema(found)
    validator = jsonschema.Draft202012Validator(found)
    assert not validator.is_valid({"format": "else"})
