"""The terminal: how wide a line may be and which characters it has."""

from __future__ import annotations

from rich.text import Text

from reports.text.spelling import SPELLED

WIDTH = 80


def encodable(line: str, encoding: str) -> Text:
    """``line`` without markup, spelled out where ``encoding`` lacks a character."""
    return Text(line.encode(encoding, SPELLED).decode(encoding))
