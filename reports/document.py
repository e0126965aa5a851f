"""Documents: what programs read, as types, and the JSON that they become.

A document is made of parts. A field of a part is a key: its type says what may stand there, the
text below it what that means. ``reports/schemas.py`` makes the schema from both.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated, TypeAlias, get_args

from msgspec import Meta, Struct, structs

from reports.estimates.intervals import Estimate

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def means(text: str) -> Meta:
    """What it is that stands under a key or in a list, in a sentence or more."""
    return Meta(description=text)


Names = tuple[Annotated[str, means("A name.")], ...]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """An object of a document. A field for an estimate becomes three keys: see ``keys``."""


def as_json(value: object) -> Json:
    """``value`` in JSON's own types; NaN and infinity become null."""
    if isinstance(value, Part):
        return as_object(value)
    if isinstance(value, dict):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def as_object(part: Part) -> dict[str, Json]:
    """``part`` as an object in JSON's own types."""
    return {key: as_json(value) for key, value in keys(part).items()}


def keys(part: Part) -> dict[str, object]:
    """What ``part`` holds, key by key, in the order of its fields."""
    config = type(part).__struct_config__
    found: dict[str, object] = {config.tag_field: config.tag} if config.tag_field else {}
    estimated = estimates(type(part))
    for name in part.__struct_fields__:
        value = getattr(part, name)
        found |= estimate_keys(name, value) if name in estimated else {name: value}
    return found


def estimate_keys(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """``estimate`` as three keys: ``name``, ``name_low``, ``name_high``."""
    return {
        name: estimate.value if estimate else None,
        f"{name}_low": estimate.low if estimate else None,
        f"{name}_high": estimate.high if estimate else None,
    }


@cache
def estimates(kind: type[Part]) -> frozenset[str]:
    """The fields of ``kind`` that are for an estimate, be there one or not."""
    return frozenset(field.name for field in structs.fields(kind) if _holds_one(field.type))


def _holds_one(hint: object) -> bool:
    return hint is Estimate or any(map(_holds_one, get_args(hint)))
