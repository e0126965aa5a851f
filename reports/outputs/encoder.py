"""The encoder: parts of findings as JSON's own types, with what they say in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from reports.findings.document import Key, Named, Part, keys_of
from reports.findings.intervals import Estimate

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Text: TypeAlias = tuple[Callable[[Any], object], str | None]  # what makes it, and what it is
Texts: TypeAlias = Mapping[type[Part], Mapping[str, Text]]  # by key


def as_json(value: object, texts: Texts | None = None, in_full: bool = False) -> Json:
    """``value`` in JSON's own types; NaN and infinity become null."""
    if isinstance(value, Named) and not in_full:
        return value.name
    if isinstance(value, Part):
        return as_object(value, texts)
    if isinstance(value, dict):
        return {str(key): as_json(entry, texts) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(entry, texts, in_full) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int) or value is None else str(value)


def as_object(part: Part, texts: Texts | None = None) -> dict[str, Json]:
    """``part`` as an object in JSON's own types, with the ``texts`` of its kind."""
    kind = type(part)
    found: dict[str, Json] = {}
    if kind.__struct_config__.tag_field:
        found[kind.__struct_config__.tag_field] = str(kind.__struct_config__.tag)
    for one in keys_of(kind):
        found |= _entries(part, one, texts)
    told = (texts or {}).get(kind, {})
    return found | {name: as_json(made(part), texts) for name, (made, _) in told.items()}


def _entries(part: Part, one: Key, texts: Texts | None) -> dict[str, Json]:
    """What ``part`` holds under a key, and under those that belong to it."""
    value = getattr(part, one.attribute)
    if one.is_estimate:
        return {name: as_json(end) for name, end in estimate_keys(one.name, value).items()}
    beside = {name: as_json(getattr(value, name)) for name in one.beside}
    is_full = one.attribute in type(part).in_full
    return {one.name: as_json(value, texts, is_full), **beside}


def estimate_keys(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """``estimate`` as three keys: ``name``, ``name_low``, ``name_high``."""
    return {
        name: estimate.value if estimate else None,
        f"{name}_low": estimate.low if estimate else None,
        f"{name}_high": estimate.high if estimate else None,
    }
