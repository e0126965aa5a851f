"""What a person at the terminal sees: tables and a progress bar; plain text elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

STYLES = {"ok": "green", "wrong": "bold red", "unavailable": "dim", "unsupported": "dim"}


def shown(value: object) -> Text:
    """Text from outside, without markup or control characters."""
    return Text("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value)))


def print_listing(rows: list[dict[str, Any]]) -> None:
    """The backends as a table."""
    table = Table(box=None, pad_edge=False)
    for title in ("backend", "framework", "version", "to install"):
        table.add_column(title, overflow="fold")
    for row in rows:
        state = row["version"] or ("not installed" if row["found"] is False else "?")
        table.add_row(
            *map(shown, (row["backend"], row["framework"] or "?", state, row["install"] or ""))
        )
    Console().print(table)


def print_check_row(row: dict[str, Any], as_json: bool) -> None:
    """One arm's row: a JSON object on a line, or text with its errors or its reason."""
    if as_json:
        print(json.dumps(row), flush=True)
        return
    status = Text(row["status"], STYLES.get(row["status"], "red"))
    line = Text.assemble(shown(f"{row['backend']} {row['device']} {row['dtype']}"), "  ", status)
    if row["status"] == "ok":
        line.append(
            f"  gradient {row['gradient_error']:.1e}, trajectory {row['trajectory_error']:.1e}"
        )
    else:
        line.append("\n    ").append(shown(row["reason"]))
    Console(soft_wrap=row["status"] == "ok").print(line)


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A function (done, total, label) that draws the bar with the time left, on stderr."""
    console = Console(stderr=True)
    columns = (
        *(TextColumn("{task.description}", markup=False), BarColumn(20), MofNCompleteColumn()),
        *(TextColumn("left"), TimeRemainingColumn()),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting")

        def report(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, description=str(shown(label))[:40])

        yield report
