"""Parts: what a cell or a sentence of the page is put together from, plain by ``str``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.text.names import visible
from reports.text.sentence import Name

LONGEST = 80  # of a name
REASON = 1000  # of any other text from outside: an exception, its cause, the line at fault


@dataclass(frozen=True)
class Span:
    """Something of a kind that the style sheet knows, such as a verdict or a note."""

    content: object
    kind: str

    @property
    def is_below(self) -> bool:
        """Whether it stands on a line of its own."""
        return "line" in self.kind.split()

    def __str__(self) -> str:
        return str(self.content)

    def __html__(self) -> Markup:
        return Markup('<span class="{}">{}</span>').format(self.kind, self.content)


class Several(tuple[object, ...]):
    """Parts one after the other, those that are None left out."""

    __slots__ = ()

    def __new__(cls, *parts: object) -> Several:
        """``parts`` with a space between them."""
        return super().__new__(cls, (part for part in parts if part is not None))

    def __str__(self) -> str:
        found = ""
        for part in self:
            is_below = isinstance(part, Span) and part.is_below
            found += ("\n  " if is_below else " " if found else "") + str(part)
        return found

    def __html__(self) -> Markup:
        return Markup(" ").join(map(escape, self))


class Listed(tuple[object, ...]):
    """Parts with commas between them."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self))

    def __html__(self) -> Markup:
        return Markup(", ").join(map(escape, self))


def note(content: object) -> Span:
    """A note behind something."""
    return Span(content, "note")


def below(content: object) -> Span:
    """A note below something."""
    return Span(content, "note line")


def none(text: str = "none") -> Span:
    """That there is no number, or why."""
    return Span(text, "none")


def verdict(text: str) -> Span:
    """What an interval shows."""
    return Span(text, f"verdict {text}")


def failed(status: str) -> Span:
    """The status of what has no number."""
    return Span(status, "verdict failed")


def named(name: str) -> Name:
    """A name from outside."""
    return Name(visible(name, LONGEST))


def listed(names: Iterable[str]) -> Listed:
    """Names from outside with commas between them."""
    return Listed(map(named, names))


def told(text: str, longest: int = REASON) -> str:
    """Any other text from outside."""
    return visible(text, longest)
