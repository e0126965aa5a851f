"""The layout of the map in a terminal: which columns fit, how wide, and the lines they make."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, chop_cells, set_cell_size

NAME_WIDTH, NARROWEST_NAME = 26, 14
LONGEST_HEAD, NARROW_HEAD = 12, 8
MEAN = "mean"

Grid = list[list[tuple[str, str]]]  # a row's columns: what stands there, and its interval
Heads = list[tuple[str, str]]  # of a column: problem and size


@dataclass(frozen=True)
class Layout:
    """How wide the map's columns are, which of them are shown, and whether intervals are."""

    name: int
    columns: tuple[tuple[int, int], ...]  # (place in the row, width)
    has_intervals: bool
    n_left_out: int = 0

    @property
    def width(self) -> int:
        """Of a whole line."""
        return self.name + sum(width + 1 for _, width in self.columns)


def laid_out(names: list[str], heads: Heads, grid: Grid, width: int) -> Layout:
    """With intervals where they fit, else the numbers, else as many cases as do."""
    name = min(max(map(cell_len, [*names, "arm"])), NAME_WIDTH)
    for longest_head, has_intervals in ((LONGEST_HEAD, True), (NARROW_HEAD, False)):
        columns = [
            (place, _column_width(place, head, grid, longest_head, has_intervals))
            for place, head in enumerate(heads)
        ]
        found = Layout(name, tuple(columns), has_intervals)
        if found.width <= width:
            return found
    least = min(name, NARROWEST_NAME)
    n_left_out = 0
    has_mean = heads[-1] == (MEAN, "")
    while Layout(least, tuple(columns), False).width > width and len(columns) > 1 + has_mean:
        del columns[-1 - has_mean]
        n_left_out += 1
    room = width - Layout(0, tuple(columns), False).width
    return Layout(max(min(name, room), 1), tuple(columns), False, n_left_out)


def _column_width(
    place: int, head: tuple[str, str], grid: Grid, longest_head: int, has_intervals: bool
) -> int:
    heads = [min(cell_len(text), longest_head) for text in head]
    told = [cell_len(text) for row in grid for text in row[place][: 2 if has_intervals else 1]]
    return max([*heads, *told])


def drawn(names: list[str], heads: Heads, grid: Grid, layout: Layout) -> list[str]:
    """The table's lines: two of heads, one to part them off, then the rows."""
    short = _unlike(heads, layout)
    lines = [_line("arm", [head[0] for head in short], layout)]
    lines += [_line("", [head[1] for head in short], layout)] if any(h[1] for h in short) else []
    lines.append("-" * layout.width)
    for name, row in zip(names, grid, strict=True):
        parts = chop_cells(name, layout.name) or [""]
        shown = [row[place] for place, _ in layout.columns]
        below = [text[1] for text in shown] if layout.has_intervals else [""] * len(shown)
        lines.append(_line(parts[0], [text[0] for text in shown], layout))
        more = parts[1:] or ([""] if any(below) else [])
        for number, part in enumerate(more):
            lines.append(_line(part, below if number == 0 else [""] * len(shown), layout))
    return lines


def _unlike(heads: Heads, layout: Layout) -> Heads:
    """The heads cut to their columns; those that would be alike end in their number."""
    found: Heads = []
    for place, width in layout.columns:
        head = (_cut(heads[place][0], width), _cut(heads[place][1], width))
        if head in found:
            mark = f"~{place + 1}"
            head = (_cut(heads[place][0], width - len(mark)).rstrip("~") + mark, head[1])
        found.append(head)
    return found


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)) + "~"


def _line(name: str, texts: list[str], layout: Layout) -> str:
    widths = [width for _, width in layout.columns]
    cells = [
        " " + " " * (width - cell_len(text)) + text
        for text, width in zip(texts, widths, strict=True)
    ]
    return (set_cell_size(name, layout.name) + "".join(cells)).rstrip()
