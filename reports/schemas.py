"""The schema of cells.json, made from its types: ``python -m reports.schemas`` writes it."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.json import schema_components

from reports.cells.document import VERSION, Cells
from reports.document import Part

FILE = Path(__file__).parent / "schemas" / "cells.schema.json"
HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:autograd-bench:cells:{VERSION}",
    "title": f"cells.json, version {VERSION}",
}
END = {"type": ["number", "null"]}


def schema() -> dict[str, Any]:
    """The JSON schema of cells.json, in the draft of 2020-12."""
    _, found = schema_components([Cells], ref_template="#/$defs/{name}")
    parts = {name: _part(found[name], kind) for name, kind in _kinds(Part).items() if name in found}
    own = parts.pop(Cells.__name__)
    return {**HEAD, **own, "$defs": dict(sorted(parts.items()))}


def text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _kinds(base: type[Part]) -> dict[str, type[Part]]:
    """Every kind of part by its name."""
    found: dict[str, type[Part]] = {}
    for kind in base.__subclasses__():
        found |= {kind.__name__: kind, **_kinds(kind)}
    return found


def _part(found: dict[str, Any], kind: type[Part]) -> dict[str, Any]:
    """What msgspec ``found`` of a part, with the texts below its fields and estimates spread."""
    texts = texts_of(kind)
    properties: dict[str, Any] = {}
    for name, rules in found["properties"].items():
        properties |= _keys(name, rules, texts.get(name))
    del found["title"]  # the class's own name
    tidy: dict[str, Any] = _tidy({**found, "properties": properties, "required": [*properties]})
    return tidy


def texts_of(kind: type[Part]) -> dict[str, str]:
    """By field, the text that stands below it in the class."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = {tag: "What it is."} if (tag := kind.__struct_config__.tag_field) else {}
    for pair in pairwise(tree.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                found[name] = text
    return found


def _keys(name: str, rules: dict[str, Any], text: str | None) -> dict[str, Any]:
    """The key or keys of one field: an estimate has three, its description tells of two of them."""
    match rules:
        case {"$ref": "#/$defs/Estimate", "description": ends}:
            value: dict[str, Any] = {"type": "number"}
        case {"anyOf": [{"$ref": "#/$defs/Estimate", "description": ends}, {"type": "null"}]}:
            value = END
        case _:
            return {name: {**rules, "description": text} if text else rules}
    return {
        name: {**value, "description": text},
        f"{name}_low": {**END, "description": f"Lower end of {ends}"},
        f"{name}_high": {**END, "description": f"Upper end of {ends}"},
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
