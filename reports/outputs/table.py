"""The table: columns and rows once, for the page, a terminal, Markdown and CSV.

A cell is whatever ``str`` makes plain and ``__html__`` makes HTML: a text, a sentence, a name, a
number with its interval, or several of these; None where nothing stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from markupsafe import Markup

from reports.outputs.parts import Several
from reports.outputs.quantity import Quantity
from reports.text.names import in_csv, in_markdown

Output = Literal["page", "terminal", "markdown"]
PAGE: frozenset[Output] = frozenset({"page"})
TEXT: frozenset[Output] = frozenset({"terminal", "markdown"})
ENDS = ("", "_low", "_high")
SHEET = Markup(
    '<div class="scroll{tall}" tabindex="0" role="group" aria-label="{caption}">\n<table{given}>\n'
    "<caption{unseen}>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}"
    "</tbody>\n</table>\n</div>\n"
)
FOLDED = Markup('<details class="table"{}><summary>{}</summary>\n{}</details>\n')


@dataclass(frozen=True)
class Column:
    """What stands above a column, how its cells are set, and in which outputs it is."""

    heading: object
    is_number: bool = False
    kind: str = ""  # the class of its cells
    outputs: frozenset[Output] = PAGE | TEXT
    interval: Literal["beside", "below"] | None = None  # in a terminal, where there is room
    may_go: bool = False  # from a terminal without room

    @property
    def classes(self) -> str:
        """Of its cells in HTML."""
        return " ".join(filter(None, ("num" if self.is_number else "", self.kind)))


T = TypeVar("T")
Made: TypeAlias = tuple[Column, Callable[[T], object]]  # and what makes its cell of a thing


@dataclass(frozen=True)
class Cell:
    """What stands in a cell that looks unlike others of its column."""

    content: object
    kind: str
    tint: int | None = None  # per cent


@dataclass(frozen=True)
class Row:
    """What stands under each column; ``attributes``: of the row in HTML."""

    cells: tuple[object, ...]
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

    def shown(self, output: Output) -> tuple[tuple[int, Column], ...]:
        """The columns of ``output`` with their places; in a text those that say something."""
        own = ((i, one) for i, one in enumerate(self.columns) if output in one.outputs)
        if output == "page":
            return tuple(own)
        return tuple((i, one) for i, one in own if any(map(text_of, self.cells(i))))

    def __html__(self) -> Markup:
        columns = self.shown("page")
        given = {"id": f"{self.kind}-table" if self.is_main else "", "class": self.kind}
        sheet = SHEET.format(
            tall=" tall" if self.is_main else "",
            caption=self.caption,
            given=attributes(given),
            unseen=attributes({"class": "unseen" if self.is_main else ""}),
            heads=Markup("").join(_head(column) for _, column in columns),
            rows=Markup("").join(_row(row, columns) for row in self.rows),
        )
        is_open = Markup(" open" if self.is_open else "")
        return FOLDED.format(is_open, self.folded, sheet) if self.folded else sheet

    def markdown(self) -> list[str]:
        """Its lines and an empty one, each number with its interval; none without a row."""
        columns = self.shown("markdown")
        lines = [
            _line(in_markdown(str(column.heading)) for _, column in columns),
            "|" + "|".join("--:" if column.is_number else "---" for _, column in columns) + "|",
            *(_line(_in_markdown(row.cells[place]) for place, _ in columns) for row in self.rows),
        ]
        return [*lines, ""] if self.rows else []

    def csv(self) -> str:
        """Every number in full, one of ours with both ends; text never a formula."""
        own = [(i, one) for i, one in enumerate(self.columns) if "markdown" in one.outputs]
        whole = {i for i, one in own if one.interval or any(map(_is_ours, self.cells(i)))}
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(
            f"{one.heading}{end}" for i, one in own for end in (ENDS if i in whole else ("",))
        )
        for row in self.rows:
            writer.writerow(v for i, _ in own for v in _in_csv(row.cells[i], i in whole))
        return out.getvalue()

    def cells(self, place: int) -> list[object]:
        """What stands in the column at ``place``."""
        return [row.cells[place] for row in self.rows]


def table_of(
    caption: str,
    things: Iterable[T],
    columns: Iterable[Made[T]],
    given: Callable[[T], Mapping[str, object]] = lambda _: {},
    *,
    kind: str = "",
    is_main: bool = False,
    folded: str = "",
    is_open: bool = False,
) -> Table:
    """A row for each of ``things``; ``columns``: each with what makes its cells of a thing."""
    heads, makers = zip(*columns, strict=True)
    rows = tuple(Row(tuple(make(one) for make in makers), given(one)) for one in things)
    return Table(caption, heads, rows, kind, is_main, folded, is_open)


def texts(heading: object, make: Callable[[T], object], kind: str = "") -> Made[T]:
    """A column of texts."""
    return Column(heading, kind=kind), make


def numbers(heading: object, make: Callable[[T], object]) -> Made[T]:
    """A column of numbers."""
    return Column(heading, True), make


def attributes(given: Mapping[str, object]) -> Markup:
    """``given`` as attributes of an element; None is one without a value, an empty one is left."""
    return Markup("").join(
        Markup(" {}").format(name) if value is None else Markup(' {}="{}"').format(name, value)
        for name, value in given.items()
        if value != ""
    )


def text_of(cell: object) -> str:
    """What stands in a cell as text, without an interval."""
    return str(_told(cell))


def interval_of(cell: object) -> str:
    """The interval of the number in a cell; nothing where there is none."""
    found = _told(cell)
    return found.interval if isinstance(found, Quantity) else ""


def _is_ours(cell: object) -> bool:
    return isinstance(_told(cell), Quantity)


def _told(cell: object) -> object:
    """What a text tells of a cell: of a number with notes the number alone."""
    content = _content(cell)
    is_noted = isinstance(content, Several) and content and isinstance(content[0], Quantity)
    return content[0] if is_noted else content


def _content(cell: object) -> object:
    content = cell.content if isinstance(cell, Cell) else cell
    return "" if content is None else content


def _head(column: Column) -> Markup:
    given = attributes({"class": "num" if column.is_number else ""})
    return Markup('<th scope="col"{}>{}</th>').format(given, column.heading)


def _row(row: Row, columns: Iterable[tuple[int, Column]]) -> Markup:
    (first, _), *others = columns
    cells = Markup("").join(_cell(row.cells[place], column) for place, column in others)
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>\n').format(
        attributes(row.attributes), _content(row.cells[first]), cells
    )


def _cell(cell: object, column: Column) -> Markup:
    given = cell if isinstance(cell, Cell) else Cell(cell, "")
    classes = " ".join(filter(None, (column.classes, given.kind)))
    style = "" if given.tint is None else f"--tint: {given.tint}%"
    return Markup("<td{}>{}</td>").format(
        attributes({"class": classes, "style": style}), _content(given)
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _in_markdown(cell: object) -> str:
    """A cell with its interval; what is no number of ours is no markup."""
    found = _told(cell)
    return found.with_interval if isinstance(found, Quantity) else in_markdown(str(found))


def _in_csv(cell: object, is_whole: bool) -> tuple[object, ...]:
    found = _told(cell)
    if is_whole:
        return found.in_full if isinstance(found, Quantity) else ("", "", "")
    return (found if isinstance(found, int | float) else in_csv(str(found)),)
