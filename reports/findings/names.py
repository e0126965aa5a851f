"""Names: text from outside that is safe to show; ``safe.py`` makes them of a run's."""

from __future__ import annotations

import html
import unicodedata

LONGEST = 80  # of what is called by it: an arm, a framework, a version, a device, a file
LONGEST_REASON = 1000  # of what explains something, or is typed again: a reason, a fact, a backend
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTROLS = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of characters
SEEN_BY_NOBODY = (*CONTROLS, "Cf")  # in a name some of them join letters of a script


class Name(str):
    """A text from outside that is safe on any line; in HTML its direction is its own."""

    __slots__ = ()

    def __html__(self) -> str:
        return f"<bdi>{html.escape(self)}</bdi>"


def named(text: str, longest: int = LONGEST) -> Name:
    """``text`` as a name."""
    return Name(visible(text, longest))


def visible(name: str, longest: int = LONGEST) -> str:
    """``name`` on one line, controls and direction marks spelled out, cut where too long."""
    line = " ".join(name.split())
    if not (line.isascii() and line.isprintable()):
        line = "".join(map(_spelled, line))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def revealed(text: str) -> str:
    """``text`` line by line as it stands, controls and direction marks spelled out."""
    lines = (line.expandtabs(4) for line in text.splitlines())
    return "\n".join("".join(_spelled(one, SEEN_BY_NOBODY) for one in line) for line in lines)


def _spelled(character: str, spelled: tuple[str, ...] = CONTROLS) -> str:
    hidden = unicodedata.category(character) in spelled
    return f"\\u{ord(character):04x}" if hidden or character in BIDI else character
