"""The schema of cells.json, made from its types: ``python -m reports.schemas`` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.json import schema_components

from reports.cells import TEXTS
from reports.document import Part, as_type
from reports.findings.findings import VERSION, Findings

FILE = Path(__file__).parent / "schemas" / "cells.schema.json"
HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:autograd-bench:cells:{VERSION}",
    "title": f"cells.json, version {VERSION}",
}
KIND = "What it is."


def schema() -> dict[str, Any]:
    """The JSON schema of cells.json, in the draft of 2020-12."""
    made: dict[type[Part], Any] = {}
    whole = as_type(Findings, TEXTS, made)
    _, found = schema_components([whole], ref_template="#/$defs/{name}")
    parts = {name: _tidy(_untitled(part)) for name, part in found.items()}
    own = parts.pop(Findings.__name__)
    return {**HEAD, **own, "$defs": dict(sorted(parts.items()))}


def text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _untitled(part: dict[str, Any]) -> dict[str, Any]:
    """What msgspec says of a part, without the class's own name; a key that tells kinds apart."""
    properties = {
        name: rules if len(rules) > 1 or "enum" not in rules else {**rules, "description": KIND}
        for name, rules in part["properties"].items()
    }
    return {key: value for key, value in part.items() if key != "title"} | {
        "properties": properties
    }


def _tidy(node: Any) -> Any:
    """``node`` with its description first, on one line, and null told beside a type it may be."""
    match node:
        case {"anyOf": [{"type": kind, **rules}, {"type": "null"}], **about}:
            return _tidy({"type": [kind, "null"], **rules, **about})
        case {"anyOf": [{"enum": values, **rules}, {"type": "null"}], **about}:
            return _tidy({"enum": [*values, None], **rules, **about})
        case {"description": str(text), **rules}:
            return {"description": " ".join(text.split()), **_tidy(rules)}
        case dict():
            return {key: _tidy(value) for key, value in node.items()}
        case list():
            return [_tidy(value) for value in node]
    return node


def main() -> None:
    """Write the schema."""
    FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
