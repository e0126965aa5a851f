"""Texts: what a page tells a reader outside its ``<data>`` elements, and its tables row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
INLINE = "/?(?:data|bdi|span|b|strong|code|a|button)"
VOID = frozenset({"meta", "input", "br", "hr", "link", "img", "col"})
UNREAD = frozenset({"script", "style", "pre", "code", "data"})


@dataclass(frozen=True)
class Said:
    """A text of the page, and the elements around it from the outermost on."""

    text: str
    around: tuple[str, ...]
    is_attribute: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether it is painted in a figure."""
        return any(place.endswith("-figure_1") for place in self.around)

    @property
    def figure(self) -> str:
        """The figure that it belongs to, if any."""
        places = (name.removeprefix("figure-") for name in self.around if "figure-" in name)
        return next(places, "")


@dataclass
class Row:
    """A row of a table: its arm, and by column the full values shown there."""

    arm: str = ""
    values: list[list[float]] = field(default_factory=list)


@dataclass
class Table:
    """A table: the words above its columns, and its rows."""

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class Texts(HTMLParser):
    """Collects every text a reader is told, and every table by its caption."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[Said] = []
        self.tables: dict[str, Table] = {}
        self._open: list[tuple[str, str]] = []  # (tag, id or class)
        self._table = Table()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given.get("id") or given.get("class", "")))
        told = [given[key] for key in ("aria-label", "title", "alt") if given.get(key)]
        self.said += [Said(text, self._around(), True) for text in told]
        if tag == "table":
            self._table = Table()
        if tag == "tr":
            self._table.rows.append(Row())
        if tag == "td":
            self._table.rows[-1].values.append([])
        if tag == "data" and self._tag("td"):
            self._table.rows[-1].values[-1].append(float(given["value"]))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._tag("caption"):
            self.tables[data] = self._table
        if self._tag("thead") and self._tag("th"):
            self._table.columns.append(data.strip())
        elif self._tag("th") and self._open[-1][0] == "bdi":
            self._table.rows[-1].arm = self._table.rows[-1].arm or data
        if not UNREAD & {tag for tag, _ in self._open}:
            self.said.append(Said(data, self._around()))

    def _tag(self, tag: str) -> bool:
        return any(tag == name for name, _ in self._open)

    def _around(self) -> tuple[str, ...]:
        return tuple(place for _, place in self._open)


def as_read(html: str) -> str:
    """The words of a page as they are read, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", UNSEEN.sub("", html))).split())


def blocks(html: str) -> list[str]:
    """The same, what stands in a block of its own by itself."""
    return [as_read(part) for part in re.split(rf"<(?!{INLINE}\b)[^>]*>", UNSEEN.sub("", html))]
