"""Sentences: words that carry their numbers and names, plain by ``str`` and HTML by ``__html__``.

Jinja, Markup and str take a sentence as it is, so that page, terminal, Markdown, the alternatives
of figures and cells.json share one text and every number in it is traced by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import Formatter
from typing import TypeAlias

from markupsafe import Markup, escape

NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Number:
    """A number as it is shown; in HTML it carries its full value."""

    value: float | None
    text: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.unit}" if self.unit else self.text

    def __html__(self) -> Markup:
        data = Markup('<data value="{}">{}</data>').format(repr(self.value), self.text)
        return data + f"{NO_BREAK}{self.unit}" if self.unit else data


@dataclass(frozen=True)
class Name:
    """A name from outside, made safe when it was loaded; in HTML its direction is its own."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        return Markup("<bdi>{}</bdi>").format(self.text)


Filled: TypeAlias = "Number | Name | Sentence | str | int"


class Sentence:
    """A template's words and what is filled in: ``Sentence("{a} takes {b}.", a=..., b=...)``.

    A whole number is written with all its digits, by thousands. Raises KeyError where the template
    names what is not given, TypeError where something is given that it does not name.
    """

    def __init__(self, template: str = "", /, **given: Filled) -> None:
        self.parts: tuple[str | Number | Name, ...] = tuple(_parts(template, given))

    @classmethod
    def joined(cls, separator: str, sentences: Iterable[Filled]) -> Sentence:
        """``sentences`` with ``separator`` between them."""
        found = cls()
        for place, one in enumerate(sentences):
            found.parts += (separator,) if place else ()
            found.parts += tuple(_flat(one))
        return found

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values of its numbers, in the order told."""
        return tuple(p.value for p in self.parts if isinstance(p, Number) and p.value is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, in the order told."""
        return tuple(part.text for part in self.parts if isinstance(part, Name))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __add__(self, other: Filled) -> Sentence:
        return Sentence.joined("", (self, other))

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def __html__(self) -> Markup:
        return Markup("").join(map(escape, self.parts))


def _parts(template: str, given: dict[str, Filled]) -> Iterator[str | Number | Name]:
    used = set()
    for words, name, _, _ in Formatter().parse(template):
        if words:
            yield words
        if name is not None:
            used.add(name)
            yield from _flat(given[name])
    if unused := given.keys() - used:
        raise TypeError(f"no {', '.join(sorted(unused))} in: {template}")


def _flat(one: Filled) -> Iterator[str | Number | Name]:
    if isinstance(one, Sentence):
        yield from one.parts
    elif isinstance(one, int):
        yield Number(one, f"{one:,}")
    else:
        yield one
