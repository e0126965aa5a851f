"""Names at the borders of other formats, which take for markup what a name may hold."""

from __future__ import annotations

import html
import re

from reports.findings.names import visible

SENTENCE = 2000  # the longest sentence; names inside one are cut before
LONGEST = 200
MARKDOWN = re.compile(r"(^[#+-]|[\\`*_\[\]|~])")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def in_markdown(name: str, longest: int = LONGEST) -> str:
    """``name`` for a Markdown table: shown as it stands, as no markup and no HTML."""
    return MARKDOWN.sub(r"\\\1", html.escape(visible(name, longest), quote=False))


def in_csv(name: str) -> str:
    """``name`` for a spreadsheet: one that would start a formula gets an apostrophe."""
    line = visible(name, LONGEST)
    return "'" + line if line.startswith(FORMULA) else line
