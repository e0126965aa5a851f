"""The terminal: how wide a line may be, which characters it has, and a table drawn for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from reports.outputs.table import Table, interval_of
from reports.text.counted import counted
from reports.text.spelling import SPELLED

WIDTH = 80
HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)  # a line below it
STYLES = {"faster": "green", "slower": "yellow", "equivalent": "cyan", "inconclusive": "dim"}
STYLES |= {"baseline": "dim", "null arm": "dim"}
STYLES |= dict.fromkeys(("wrong", "refused", "unusable"), "bold red")


def encodable(line: str, encoding: str) -> Text:
    """``line`` without markup, spelled out where ``encoding`` lacks a character."""
    return Text(line.encode(encoding, SPELLED).decode(encoding))


@dataclass(frozen=True)
class Layout:
    """What a table takes of a line, and what it goes without."""

    name: int  # columns of its first column at most
    head: int  # and of a heading
    has_intervals: bool
    gap: int = 2  # between columns
    n_left_out: int = 0  # of them


def draw(table: Table, console: Console, width: int) -> tuple[RichTable, list[str]]:
    """The table with intervals where they fit, else the numbers, else as many columns as do.

    With it where to find what it goes without.
    """
    wide = console.options.update(width=1000)
    for layout in _layouts(table):
        drawn = _drawn(table, layout, console.encoding)
        if console.measure(drawn, options=wide).maximum <= width:
            break
    more = f"{counted(layout.n_left_out, 'more column')} in table.md." if layout.n_left_out else ""
    has_intervals = any(interval_of(cell) for i in _kept(table, layout)
                        if table.columns[i].interval for cell in table.cells(i))  # fmt: skip
    hidden = "Intervals: table.md." if has_intervals and not layout.has_intervals else ""
    return drawn, [text for text in (more, hidden) if text]


def _layouts(table: Table) -> Iterator[Layout]:
    yield from (Layout(34, 12, True), Layout(34, 9, True), Layout(26, 9, True))
    yield from (Layout(26, 8, True, gap=1), Layout(26, 8, False))
    may_go = sum(column.may_go for column in table.columns)
    yield from (Layout(14, 8, False, n_left_out=n) for n in range(max(may_go, 1)))


def _drawn(table: Table, layout: Layout, encoding: str) -> RichTable:
    drawn = RichTable(box=HEAD, padding=(0, layout.gap - 1, 0, 0), pad_edge=False, show_edge=False)
    columns = list(_columns(table, layout, encoding))
    for number, (heading, is_number, texts) in enumerate(columns):
        widest = max(cell_len(line) for text in texts for line in text.plain.split("\n"))
        least = layout.head if is_number else cell_len(heading)
        drawn.add_column(
            encodable(heading, encoding),
            justify="right" if is_number else "left",
            max_width=max(widest, least) if number else layout.name,
            overflow="fold",
        )
    for cells in zip(*(texts for _, _, texts in columns), strict=True):
        drawn.add_row(*cells)
    return drawn


def _columns(table: Table, layout: Layout, encoding: str) -> Iterator[tuple[str, bool, list[Text]]]:
    """Of every column drawn what stands above it, whether it is of numbers, and its cells."""
    for place in _kept(table, layout):
        column, cells = table.columns[place], table.cells(place)
        texts = [_text(cell, encoding) for cell in cells]
        intervals = [encodable(interval_of(cell), encoding) for cell in cells]
        has_intervals = layout.has_intervals and any(intervals)
        if has_intervals and column.interval == "below":
            both = zip(texts, intervals, strict=True)
            texts = [Text("\n").join(one for one in pair if one) for pair in both]
        yield column.heading, table.is_number(place), texts
        if has_intervals and column.interval == "beside":
            yield "95 % interval", False, intervals


def _kept(table: Table, layout: Layout) -> list[int]:
    """The places of the columns without the last of those that may go."""
    shown = table.shown("terminal")
    gone = [place for place in shown if table.columns[place].may_go][::-1][: layout.n_left_out]
    return [place for place in shown if place not in gone]


def _text(cell: str, encoding: str) -> Text:
    """A cell in the colour of what it says."""
    text = encodable(cell, encoding)
    text.stylize(STYLES.get(cell, ""))
    return text
