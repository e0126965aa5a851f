"""The table: columns and rows once, for the page, a terminal, Markdown and CSV.

A cell is a string that knows its HTML: a text, a sentence, a name, a number with its interval, or
several of these; None where nothing stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from markupsafe import Markup, escape

from reports.outputs.parts import Rich
from reports.text.names import in_csv, in_markdown
from reports.text.sentence import Number

Output = Literal["page", "terminal", "markdown"]
PAGE: frozenset[Output] = frozenset({"page"})
TEXT: frozenset[Output] = frozenset({"terminal", "markdown"})
SHEET = Markup(
    '<div class="scroll{tall}" tabindex="0" role="group" aria-label="{caption}">\n<table{given}>\n'
    "<caption{unseen}>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}"
    "</tbody>\n</table>\n</div>\n"
)
FOLDED = Markup('<details class="table"{}><summary>{}</summary>\n{}</details>\n')


@dataclass(frozen=True)
class Column:
    """What stands above a column, how its cells are set, and in which outputs it is."""

    heading: str
    outputs: frozenset[Output] = PAGE | TEXT
    kind: str = ""  # the class of its cells
    is_number: bool | None = None  # None: where one of its cells is
    interval: Literal["beside", "below"] | None = None  # in a terminal, where there is room
    may_go: bool = False  # from a terminal without room


@dataclass(frozen=True)
class Cell:
    """What stands in a cell that looks unlike others of its column."""

    content: str | None
    kind: str
    tint: int | None = None  # per cent


Content: TypeAlias = "str | int | float | Cell | None"
Cells: TypeAlias = "tuple[Content, ...]"


@dataclass(frozen=True)
class Row:
    """What stands under each column, and the attributes of the row in HTML."""

    cells: Cells
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table, false without rows; its first column says what each row is about."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: str = ""  # its class in HTML
    is_main: bool = False  # has an id, and a head that stays in sight
    folded: str = ""  # into what says this, unless empty
    is_open: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)

    def cells(self, place: int) -> list[str]:
        """What stands in the column at ``place``, nothing as an empty string."""
        return [_content(row.cells[place]) for row in self.rows]

    def is_number(self, place: int) -> bool:
        """Whether the column at ``place`` is of numbers."""
        told = self.columns[place].is_number
        return any(map(_values, self.cells(place))) if told is None else told

    def shown(self, output: Output) -> list[int]:
        """The places of the columns of ``output``; in a text of those that say something."""
        own = [i for i, column in enumerate(self.columns) if output in column.outputs]
        return own if output == "page" else [i for i in own if any(self.cells(i))]

    def __html__(self) -> Markup:
        first, *others = self.shown("page")
        classes = {i: " ".join(filter(None, ("num" * self.is_number(i), self.columns[i].kind)))
                   for i in others}  # fmt: skip
        sheet = SHEET.format(
            tall=" tall" if self.is_main else "",
            caption=str(self.caption),
            given=attributes({"id": f"{self.kind}-table" * self.is_main, "class": self.kind}),
            unseen=attributes({"class": "unseen" * self.is_main}),
            heads=Markup("").join(self._head(i) for i in (first, *others)),
            rows=Markup("").join(_row(row, first, classes) for row in self.rows),
        )
        is_open = attributes({"open": None} if self.is_open else {})
        return FOLDED.format(is_open, self.folded, sheet) if self.folded else sheet

    def _head(self, place: int) -> Markup:
        given = attributes({"class": "num" * self.is_number(place)})
        return Markup('<th scope="col"{}>{}</th>').format(
            given, escape(self.columns[place].heading)
        )

    def markdown(self) -> list[str]:
        """Its lines and an empty one, each number with its interval; none without a row."""
        places = self.shown("markdown")
        lines = [
            _line(in_markdown(self.columns[i].heading) for i in places),
            f"|{'|'.join('--:' if self.is_number(i) else '---' for i in places)}|",
            *(_line(_in_markdown(_content(row.cells[i])) for i in places) for row in self.rows),
        ]
        return [*lines, ""] if self.rows else []

    def csv(self) -> str:
        """Every number in full, one with an interval in three columns; text never a formula."""
        wide = [one.interval is not None or any(map(interval_of, self.cells(i)))
                for i, one in enumerate(self.columns)]  # fmt: skip
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        pairs = zip(self.columns, wide, strict=True)
        writer.writerow(name for one, is_wide in pairs for name in _names(one.heading, is_wide))
        for row in self.rows:
            cells = zip(row.cells, wide, strict=True)
            writer.writerow(value for one, is_wide in cells for value in _in_csv(one, is_wide))
        return out.getvalue()


def table(
    caption: str,
    heads: Iterable[str | Column],
    rows: Iterable[Cells | Row],
    *,
    kind: str = "",
    is_main: bool = False,
    folded: str = "",
    is_open: bool = False,
) -> Table:
    """A table, most of whose columns and rows are like any others."""
    columns = tuple(one if isinstance(one, Column) else Column(one) for one in heads)
    whole = tuple(one if isinstance(one, Row) else Row(one) for one in rows)
    return Table(caption, columns, whole, kind, is_main, folded, is_open)


def attributes(given: Mapping[str, object]) -> Markup:
    """``given`` as attributes of an element; None is one without a value, an empty one is left."""
    return Markup("").join(
        Markup(" {}").format(name) if value is None else Markup(' {}="{}"').format(name, value)
        for name, value in given.items()
        if value != ""
    )


def _content(cell: Content) -> str:
    """What stands in a cell."""
    content = cell.content if isinstance(cell, Cell) else cell
    return content if isinstance(content, str) else "" if content is None else str(content)


def _values(content: str) -> tuple[float | None, ...]:
    """The full values of a number and its interval; none of what is no number."""
    if isinstance(content, Number):
        return (content.value,)
    return content.in_full if isinstance(content, Rich) else ()


def interval_of(content: str) -> str:
    """The interval of a number; nothing where there is none."""
    return content.interval if isinstance(content, Rich) else ""


def _row(row: Row, first: int, classes: Mapping[int, str]) -> Markup:
    cells = Markup("").join(_cell(row.cells[i], kind) for i, kind in classes.items())
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>\n').format(
        attributes(row.attributes), escape(_content(row.cells[first])), cells
    )


def _cell(cell: Content, kind: str) -> Markup:
    own, tint = (cell.kind, cell.tint) if isinstance(cell, Cell) else ("", None)
    given = {"class": f"{kind} {own}".strip(), "style": "" if tint is None else f"--tint: {tint}%"}
    return Markup("<td{}>{}</td>").format(attributes(given), escape(_content(cell)))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _in_markdown(content: str) -> str:
    """A cell with its interval; what is no number of ours is no markup."""
    interval = interval_of(content)
    if not _values(content):
        return in_markdown(f"{content} {interval}")
    return (
        f"{content} {interval if interval.startswith('[') else f'({interval})'}"
        if interval
        else content
    )


def _names(heading: str, is_wide: bool) -> Iterator[str]:
    yield from (f"{heading}{end}" for end in (("", "_low", "_high") if is_wide else ("",)))


def _in_csv(content: Content, is_wide: bool) -> Iterator[object]:
    cell = content.content if isinstance(content, Cell) else content
    values = _values(_content(cell))
    if is_wide:
        yield from (*values, "", "", "")[:3]
    else:
        yield values[0] if values else in_csv(cell) if isinstance(cell, str) else cell
