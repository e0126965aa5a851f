"""The schemas of cells.json and map.json, made from their types: ``python -m reports.schemas``."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, defstruct
from msgspec.json import schema_components

from reports.findings.document import OR_NULL, Key, Named, Part, holds, key, keys_of, means
from reports.findings.findings import VERSION, Findings
from reports.findings.side_by_side import VERSION as MAP_VERSION
from reports.findings.side_by_side import SideBySide
from reports.outputs.cells import TEXTS
from reports.outputs.encoder import Texts
from reports.outputs.side_by_side_tables import TEXTS as MAP_TEXTS

FOLDER = Path(__file__).parent / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
KIND = "What it is."


class Document(NamedTuple):
    """What a document is made from."""

    kind: type[Part]
    texts: Texts
    version: int


DOCUMENTS = {
    "cells": Document(Findings, TEXTS, VERSION),
    "map": Document(SideBySide, MAP_TEXTS, MAP_VERSION),
}


def schema(name: str = "cells") -> dict[str, Any]:
    """The JSON schema of the document ``name``, in the draft of 2020-12."""
    kind, texts, version = DOCUMENTS[name]
    head = {
        "$schema": DRAFT,
        "$id": f"urn:autograd-bench:{name}:{version}",
        "title": f"{name}.json, version {version}",
    }
    whole = as_type(kind, texts, {})
    _, found = schema_components([whole], ref_template="#/$defs/{name}")
    parts = {name: _tidy(_untitled(part)) for name, part in found.items()}
    own = parts.pop(kind.__name__)
    return {**head, **own, "$defs": dict(sorted(parts.items()))}


def text(name: str = "cells") -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def as_type(kind: type[Part], texts: Texts, made: dict[type[Part], Any]) -> Any:
    """The type of what ``kind`` becomes in a document; ``made``: those already known."""
    if kind not in made:
        fields = [field for one in keys_of(kind) for field in _fields(kind, one, texts, made)]
        for name, (function, text) in texts.get(kind, {}).items():
            hint = get_type_hints(function, include_extras=True)["return"]
            fields.append((name, _described(_told(hint, texts, made), text)))
        made[kind] = defstruct(
            kind.__name__,
            fields,
            namespace={"__doc__": kind.__doc__},
            forbid_unknown_fields=True,
            tag_field=kind.__struct_config__.tag_field,
            tag=kind.__struct_config__.tag,
        )
    return made[kind]


def _fields(
    kind: type[Part], one: Key, texts: Texts, made: dict[type[Part], Any]
) -> list[tuple[str, Any]]:
    """The names and types of the key or keys that one field becomes."""
    if one.is_estimate:
        return _ends(one)
    hint = _told(one.hint, texts, made, one.attribute in kind.in_full)
    beside = {field.name: field for field in keys_of(_named(one.hint), True)} if one.beside else {}
    known = {field.name: field for field in keys_of(_named(one.hint))} if one.beside else {}
    others = [(known | beside)[name] for name in one.beside]
    told = [(other, _told(other.hint, texts, made)) for other in others]
    return [(own.name, _described(hint, _text(own))) for own, hint in ((one, hint), *told)]


def _ends(one: Key) -> list[tuple[str, Any]]:
    """The three keys of an estimate, whose description tells of two of them."""
    inner = next(hint for hint in (one.hint, *get_args(one.hint)) if get_origin(hint) is Annotated)
    (about,) = (meta.description for meta in inner.__metadata__ if isinstance(meta, Meta))
    value: Any = float | None if holds(one.hint, type(None)) else float
    return [
        (one.name, _described(value, _text(one))),
        (f"{one.name}_low", _described(float | None, f"Lower end of {about}")),
        (f"{one.name}_high", _described(float | None, f"Upper end of {about}")),
    ]


def _described(hint: Any, text: str | None) -> Any:
    return Annotated[hint, means(text)] if text else hint


def _told(hint: Any, texts: Texts, made: dict[type[Part], Any], in_full: bool = False) -> Any:
    """``hint`` with every part in it as it is in the document."""
    if inspect.isclass(hint) and issubclass(hint, Part):
        by_name = issubclass(hint, Named) and not in_full
        return str if by_name else as_type(hint, texts, made)
    if inspect.isclass(hint) and issubclass(hint, str):  # a sentence or a name
        return str
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = _told(args[0], texts, made, in_full)
        inner = inner | None if OR_NULL in args[1:] else inner
        return Annotated[(inner, *args[1:])]
    if origin in (Union, UnionType):
        return Union[tuple(_told(one, texts, made, in_full) for one in args)]  # noqa: UP007
    if origin in (tuple, dict):
        return origin[
            tuple(one if one is ... else _told(one, texts, made, in_full) for one in args)
        ]
    return hint


def _named(hint: Any) -> type[Part]:
    """The named part that an annotated type is of."""
    found: type[Part] = get_args(hint)[0]
    return found


def _text(one: Key) -> str | None:
    """What a key means, as the source says below it."""
    made = getattr(one.kind, one.attribute, None)
    return made.__doc__ if isinstance(made, key) else texts_of(one.kind).get(one.attribute)


@cache
def texts_of(kind: type[Part]) -> dict[str, str]:
    """By field, the text that stands below it in the class or in one that it is made from."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, Part) and one is not Part:
            found |= _texts_in(one)
    return found


def _texts_in(kind: type[Part]) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for pair in pairwise(tree.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                found[name] = text
    return found


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
    """Write the schemas."""
    for name in DOCUMENTS:
        (FOLDER / f"{name}.schema.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
