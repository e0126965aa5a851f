"""Names from outside, made safe to show: a name may hold anything a file can."""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 200
SENTENCE = 2000  # the longest sentence; names inside one are cut before
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MARKDOWN = re.compile(r"(^[#+-]|[\\`*_\[\]|~])")
CONTROLS = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of characters
SEEN_BY_NOBODY = (*CONTROLS, "Cf")  # in a name some of them join letters of a script
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def visible(name: str, longest: int = LONGEST) -> str:
    """``name`` on one line, controls and direction marks spelled out, cut where too long."""
    line = "".join(_spelled(character) for character in " ".join(name.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def revealed(text: str) -> str:
    """``text`` line by line as it stands, controls and direction marks spelled out."""
    lines = (line.expandtabs(4) for line in text.splitlines())
    return "\n".join("".join(_spelled(one, SEEN_BY_NOBODY) for one in line) for line in lines)


def _spelled(character: str, spelled: tuple[str, ...] = CONTROLS) -> str:
    hidden = unicodedata.category(character) in spelled
    return f"\\u{ord(character):04x}" if hidden or character in BIDI else character


def in_markdown(name: str, longest: int = LONGEST) -> str:
    """``name`` for a Markdown table: shown as it stands, as no markup and no HTML."""
    return MARKDOWN.sub(r"\\\1", html.escape(visible(name, longest), quote=False))


def in_csv(name: str) -> str:
    """``name`` for a spreadsheet: one that would start a formula gets an apostrophe."""
    line = visible(name)
    return "'" + line if line.startswith(FORMULA) else line
