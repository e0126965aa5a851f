"""Sentences: words that carry their numbers and names, plain as text and richer as HTML.

All three are strings, so that page, terminal, Markdown, the alternatives of figures and cells.json
share one text. Jinja and Markup ask them for HTML, in which every number is traced to its finding
and no name turns the direction of the words around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from string import Formatter
from typing import Self, TypeAlias

from markupsafe import Markup, escape

from reports.findings.document import Named
from reports.findings.names import Name

NO_BREAK = "\u00a0"
MOST_NAMED = 3  # of what is told one by one; the page and cells.json have all
Filled: TypeAlias = "str | int | Named"  # a number, name, sentence or words; a count; an arm


class Number(str):
    """A number as it is shown, in its unit; in HTML it carries its full value.

    That is a fraction where it is shown as per cent, and seconds where it is shown in others.
    """

    value: float | None
    digits: str
    unit: str

    def __new__(cls, value: float | None, digits: str, unit: str = "") -> Self:
        made = super().__new__(cls, f"{digits} {unit}" if unit else digits)
        made.value, made.digits, made.unit = value, str(digits), unit
        return made

    @staticmethod
    def of(count: int) -> Number:
        """A whole number, all its digits, by thousands."""
        return Number(count, f"{count:,}")

    def __html__(self) -> Markup:
        if self.value is None:
            return escape(str(self))
        data = Markup('<data value="{}">{}</data>').format(repr(self.value), self.digits)
        return data + f"{NO_BREAK}{self.unit}" if self.unit else data


class Sentence(str):
    """A template's words and what is filled in: ``Sentence("{} takes {}.", arm, time)``.

    Raises IndexError where the template has room for more, TypeError where for less.
    """

    parts: tuple[str, ...]  # words, numbers and names

    def __new__(cls, template: str = "", /, *given: Filled) -> Self:
        return cls._of(_parts(template, given))

    @classmethod
    def _of(cls, parts: Iterable[str]) -> Self:
        found = tuple(parts)
        made = super().__new__(cls, "".join(found))
        made.parts = found
        return made

    @classmethod
    def joined(cls, separator: str, pieces: Iterable[Filled]) -> Self:
        """``pieces`` with ``separator`` between them."""
        given = [(separator, piece) if place else (piece,) for place, piece in enumerate(pieces)]
        return cls._of(part for pair in given for piece in pair for part in _flat(piece))

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values of its numbers in full, in the order told."""
        told = (part.value for part in self.parts if isinstance(part, Number))
        return tuple(value for value in told if value is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, in the order told."""
        return tuple(part for part in self.parts if isinstance(part, Name))

    def __add__(self, other: Filled) -> Sentence:
        return Sentence.joined("", (self, other))

    def __html__(self) -> Markup:
        return self.html(escape)

    def html(self, of_words: Callable[[str], Markup]) -> Markup:
        """The same as HTML, its words by ``of_words``."""
        return Markup("").join(
            escape(part) if hasattr(part, "__html__") else of_words(part) for part in self.parts
        )


def listed(pieces: Sequence[Filled]) -> Sentence:
    """``a, b and c``."""
    *before, last = pieces
    first = Sentence.joined(", ", before)
    return Sentence("{} and {}", first, last) if before else first + last


def few(
    pieces: Sequence[Filled], more: str = "", separator: str = "; ", most: int = MOST_NAMED
) -> Sentence:
    """The first ``most`` of ``pieces``; of others ``more`` tells, how many where it has room."""
    told, n = Sentence.joined(separator, pieces[:most]), len(pieces) - most
    return told + (Sentence(more, n) if "{}" in more else more) if n > 0 else told


def _parts(template: str, given: tuple[Filled, ...]) -> Iterator[str]:
    n_used = 0
    for words, name, _, _ in Formatter().parse(template):
        if words:
            yield words
        if name is not None:
            yield from _flat(given[n_used])
            n_used += 1
    if n_used < len(given):
        raise TypeError(f"no room for {given[n_used:]} in: {template}")


def _flat(piece: Filled) -> Iterator[str]:
    if isinstance(piece, Sentence):
        yield from piece.parts
    elif isinstance(piece, int):
        yield Number.of(piece)
    elif isinstance(piece, Named):
        yield piece.name
    elif piece:
        yield piece
