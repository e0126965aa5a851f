"""Documents: what programs read, and the JSON and the schema that parts become.

A part is a frozen object; its fields and its ``key``s are keys of the document, in this order. The
type says what may stand there, the text below it what that means. What a document does not tell
is ``Aside``. Text in words is put in by whoever writes the document: see ``Texts``.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar, get_args
from typing import get_type_hints as hints_of

from msgspec import Meta, Struct

from reports.findings.intervals import Estimate

T = TypeVar("T")
P = TypeVar("P", bound="Part")
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Aside: TypeAlias = Annotated[T, "aside"]  # of a field that is no key
Text: TypeAlias = tuple[Callable[[Any], object], str | None]  # what makes it, and what it is
Texts: TypeAlias = Mapping[type["Part"], Mapping[str, Text]]  # by key


OR_NULL = "or null"  # of a number in memory that need not be finite


def means(text: str) -> Meta:
    """What it is that stands under a key or in a list, in a sentence or more."""
    return Meta(description=text)


Names = tuple[Annotated[str, means("A name.")], ...]


class Part(Struct, frozen=True, eq=False, dict=True):
    """An object of a document. An estimate becomes three keys: see ``estimate_keys``."""

    called: ClassVar[Mapping[str, str]] = {}  # attribute -> key, where they differ
    in_full: ClassVar[tuple[str, ...]] = ()  # fields whose named parts stand there in full


class Named(Part, frozen=True, eq=False):
    """A part that stands in full in one place and by its name in all others."""

    name: str


class key(cached_property[T]):  # used as a decorator
    """A key that is computed from the fields of its part, once."""


class With:
    """Beside the name of a named part, in a field's type: which of its keys stand here too."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys


@dataclass(frozen=True)
class Key:
    """One field or computed key of a part: under which name what type of value stands."""

    kind: type[Part]
    attribute: str
    hint: Any

    @property
    def name(self) -> str:
        """What it is called in a document."""
        return self.kind.called.get(self.attribute, self.attribute)

    @property
    def is_estimate(self) -> bool:
        """Whether it becomes three keys."""
        return holds(self.hint, Estimate)

    @property
    def beside(self) -> tuple[str, ...]:
        """The keys of the named part that stand beside its name."""
        metadata = getattr(self.hint, "__metadata__", ())
        return next((one.keys for one in metadata if isinstance(one, With)), ())


@cache
def keys_of(kind: type[Part], aside: bool = False) -> tuple[Key, ...]:
    """Every key of ``kind`` in its order, those computed after the fields; or all that are none."""
    hints = _hints(kind, aside) | ({} if aside else _computed(kind))
    return tuple(Key(kind, attribute, hint) for attribute, hint in hints.items())


def _computed(kind: type[Part]) -> dict[str, Any]:
    """The types of the keys that are computed."""
    every = [pair for one in reversed(kind.__mro__) for pair in vars(one).items()]
    made = {attribute: one for attribute, one in every if isinstance(one, key)}
    return {name: hints_of(one.func, include_extras=True)["return"] for name, one in made.items()}


def _hints(kind: type[Part], aside: bool) -> dict[str, Any]:
    """The types of the fields that are keys, or of those that are not; these may be unknown."""
    found: dict[str, Any] = {}
    for one in reversed(kind.__mro__):
        own: dict[str, str] = vars(one).get("__annotations__", {})
        own = {n: t for n, t in own.items() if n in kind.__struct_fields__}
        told = {n: t for n, t in own.items() if t.startswith("Aside[") == aside}
        names = vars(sys.modules[one.__module__])
        found |= hints_of(SimpleNamespace(__annotations__=told), names, include_extras=True)
    return found


def taken(kind: type[P], source: object) -> P:
    """A ``kind`` of what ``source`` holds under the names of its fields, parts in it alike."""
    hints = {one.attribute: one.hint for one in keys_of(kind)}
    given = {name: _taken(hint, getattr(source, name)) for name, hint in hints.items()
             if name in kind.__struct_fields__}  # fmt: skip
    return kind(**given)


def _taken(hint: Any, value: Any) -> Any:
    inner = next((one for one in _inside(hint) if issubclass(one, Part)), None)
    if inner is None or value is None or isinstance(value, Part):
        return value
    return (
        tuple(_taken(hint, one) for one in value)
        if isinstance(value, tuple)
        else taken(inner, value)
    )


def _inside(hint: Any) -> list[type]:
    """The classes in a type, whatever they are in."""
    return [hint] if inspect.isclass(hint) and not get_args(hint) else [
        one for part in get_args(hint) for one in _inside(part)
    ]  # fmt: skip


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
    return value if isinstance(value, bool | int | str) or value is None else str(value)


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


def holds(hint: object, what: object) -> bool:
    return hint is what or any(holds(one, what) for one in get_args(hint))
