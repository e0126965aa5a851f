"""The table of ``check``: a row as soon as an arm was checked, then what was refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bench.command.terminal import shown
from runfiles.records import Arm

Row = dict[str, Any]

STYLES = {"ok": "green", "wrong": "bold red", "unavailable": "dim", "unsupported": "dim"}
REFUSED = ("unavailable", "unsupported")  # nothing was checked
NUMBERS = ("gradient", "trajectory")  # columns that are set to the right
ROOM = 26  # columns for a backend; a longer name has a line of its own


@contextmanager
def check_rows(
    as_json: bool, arms: Sequence[Arm], heading: str | None = None
) -> Iterator[Callable[[Row], None]]:
    """A function that prints a row of ``check``; those refused alike are told at the end, once.

    ``heading``: the problem, where there are several.
    """
    rows: list[Row] = []
    widths = widths_of(arms)

    def show(row: Row) -> None:
        if not as_json and not rows:  # what is refused before any arm is checked has no table
            print_heads(widths, heading)
        rows.append(row)
        if as_json:
            print(json.dumps(row), flush=True)
        elif row["status"] not in REFUSED:
            print_row(row, widths)

    yield show
    if not as_json:
        print_refusals(rows)


def widths_of(arms: Sequence[Arm]) -> dict[str, int]:
    """The columns before the status, as wide as ``arms`` need them: alike for every problem."""
    names = [engine(arm.backend, arm.python) for arm in arms]
    told = {
        "backend": [name for name in names if len(name) <= ROOM],
        "device": [arm.device for arm in arms],
        "dtype": [arm.dtype for arm in arms],
    }
    widths = {head: max(map(len, (head, *texts))) for head, texts in told.items()}
    return widths | {head: len(head) for head in NUMBERS}


def engine(backend: str, python: str | None) -> str:
    """The backend, with the label of its interpreter where it has one of its own."""
    return f"{backend}@{python}" if python else backend


def print_heads(widths: dict[str, int], heading: str | None) -> None:
    """The problem where it is told, and what the columns are."""
    console = Console()
    if heading is not None:
        console.print(shown(f"problem {heading}", console), style="bold", overflow="fold")
    heads = dict(zip(widths, widths, strict=True))
    console.print(Text.assemble(*columns(heads, widths, console), "status", style="dim"))


def columns(texts: dict[str, str], widths: dict[str, int], console: Console) -> Iterator[Text]:
    """Each of ``texts`` as wide as its column and two spaces; what is lacking is left free."""
    for head, width in widths.items():
        text = shown(texts.get(head, ""), console)
        text.align("right" if head in NUMBERS else "left", width)
        yield text.append("  ")


def print_row(row: Row, widths: dict[str, int]) -> None:
    """The row of an arm that was checked, and below it what went wrong."""
    console = Console()
    texts = texts_of(row)
    if len(texts["backend"]) > widths["backend"]:
        console.print(shown(texts.pop("backend"), console), overflow="fold")
    status = Text(row["status"], STYLES.get(row["status"], "red"))
    console.print(Text.assemble(*columns(texts, widths, console), status))
    if row["status"] != "ok":
        print_reason(console, row["reason"])
    if row.get("log"):
        console.print(shown(f"    log: {row['log']}", console), soft_wrap=True)


def texts_of(row: Row) -> dict[str, str]:
    """What stands in the columns before the status; errors only where the arm is right."""
    errors = {head: row[f"{head}_error"] for head in NUMBERS if row["status"] == "ok"}
    return {
        "backend": engine(row["backend"], row.get("python")),
        "device": row["device"],
        "dtype": row["dtype"],
        **{head: f"{error:.1e}" for head, error in errors.items() if error is not None},
    }


def print_refusals(rows: Sequence[Row]) -> None:
    """What was not checked, by reason, then how many arms of each status there are."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["status"] in REFUSED:
            reason = row["reason"].replace(f"backend {row['backend']!r} ", "", 1)
            groups.setdefault((row["status"], reason), []).append(row)
    console = Console()
    for (status, reason), group in groups.items():
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        names = ", ".join(names_of(group, rows))
        table.add_row(Text(status, STYLES[status]), shown(names, console))
        console.print(table)
        print_reason(console, reason)
    counts = Counter(row["status"] for row in rows)
    console.print(", ".join(f"{count} {status}" for status, count in counts.most_common()))


def names_of(group: Sequence[Row], rows: Sequence[Row]) -> list[str]:
    """The arms of ``group`` in as few words as leave no doubt which of ``rows`` they are."""
    names: dict[str, None] = {}
    words = {id(row): texts_of(row) for row in rows}
    for row in group:
        own = words[id(row)]
        for keys in (("backend",), ("backend", "device"), ("backend", "device", "dtype")):
            alike = [one for one in rows if all(words[id(one)][k] == own[k] for k in keys)]
            if all(one in group for one in alike):
                names[" ".join(own[key] for key in keys)] = None
                break
    return list(names)


def print_reason(console: Console, reason: str) -> None:
    """``reason``, indented; the command to install is a line of its own, to be copied."""
    what, mark, command = reason.partition("Install: ")
    console.print(Padding(shown(what.rstrip(), console), (0, 0, 0, 4), expand=False))
    if mark:
        console.print(shown(f"    {mark}{command}", console), soft_wrap=True)
