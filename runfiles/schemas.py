"""The schemas of the files, made from their types: ``python -m runfiles.schemas`` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from runfiles.code import Code
from runfiles.records import Ceilings, Discard, Interpreters, Plan, Process, Record

FOLDER = Path(__file__).parent / "schemas"
KINDS: dict[str, type[Record]] = {
    "plan": Plan,
    "raw": Process,
    "ceilings": Ceilings,
    "discard": Discard,
    "interpreters": Interpreters,
    "code": Code,
}


def schema(kind: type[Record]) -> dict[str, Any]:
    """The JSON schema of a file, in the draft of 2020-12."""
    (own,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    name = own["$ref"].rpartition("/")[2]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **(whole := parts.pop(name)),
        "required": sorted({*whole["required"], "version"}),
        "$defs": dict(sorted(parts.items())),
    }


def text(kind: type[Record]) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(kind), indent=1) + "\n"


def main() -> None:
    """Write every schema."""
    FOLDER.mkdir(exist_ok=True)
    for name, kind in KINDS.items():
        (FOLDER / f"{name}.schema.json").write_text(text(kind), encoding="utf-8")


if __name__ == "__main__":
    main()
