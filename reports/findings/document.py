"""Documents: the parts that programs read, of which ``outputs.encoder`` makes JSON.

A part is a frozen object; its fields and its ``key``s are keys of the document, in this order. The
type says what may stand there, the text below it what that means. What a document does not tell
is ``Aside``.
"""

from __future__ import annotations

import inspect
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
Aside: TypeAlias = Annotated[T, "aside"]  # of a field that is no key

OR_NULL = "or null"  # of a number in memory that need not be finite


def means(text: str) -> Meta:
    """What it is that stands under a key or in a list, in a sentence or more."""
    return Meta(description=text)


Names = tuple[Annotated[str, means("A name.")], ...]


class Part(Struct, frozen=True, eq=False, dict=True):
    """An object of a document. An estimate becomes three keys."""

    called: ClassVar[Mapping[str, str]] = {}  # attribute -> key, where they differ
    in_full: ClassVar[tuple[str, ...]] = ()  # fields whose named parts stand there in full


class Named(Part, frozen=True, eq=False):
    """A part that stands in full in one place and by its name in all others."""

    name: str


class key(cached_property[T]):  # used as a decorator, or of a function with a text of its own
    """A key that is computed from its part, once; the function's text says what it means."""


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
    return {name: _returned(one.func) for name, one in every if isinstance(one, key)}


def _returned(function: Callable[..., Any]) -> Any:
    """What a function says that it returns; what it takes may be of an unknown type."""
    told = SimpleNamespace(__annotations__={"return": function.__annotations__["return"]})
    return hints_of(told, function.__globals__, include_extras=True)["return"]


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


def taken(kind: type[P], source: object, **given: Any) -> P:
    """A ``kind`` of what is ``given``, and of what ``source`` holds under its other fields' names.

    Parts in it are made alike.
    """
    hints = {one.attribute: one.hint for one in keys_of(kind)}
    names = [name for name in kind.__struct_fields__ if name not in given]
    found = {name: _taken(hints.get(name), getattr(source, name)) for name in names}
    return kind(**found, **given)


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


def holds(hint: object, what: object) -> bool:
    """Whether the type ``what`` is, or is anywhere in, the type ``hint``."""
    return hint is what or any(holds(one, what) for one in get_args(hint))
