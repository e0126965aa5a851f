"""What a person at the terminal sees: tables, and plain text elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


def shown(value: object, console: Console) -> Text:
    """Text from outside, without markup; what cannot be seen or is not in ``console`` spelled."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value))
    errors = getattr(console.file, "errors", None) or "backslashreplace"
    spelling = "backslashreplace" if errors == "strict" else errors
    return Text(line.encode(console.encoding, spelling).decode(console.encoding))


def print_listing(rows: list[dict[str, Any]]) -> None:
    """The backends as a table, then what to install for those that lack something."""
    table = Table(box=None, pad_edge=False)
    console = Console(soft_wrap=True)  # a command is copied as one line
    for title in ("backend", "framework", "version", "note"):
        table.add_column(title, overflow="fold")
    for row in rows:
        state = row["version"] or {False: "not installed", True: "?", None: ""}[row["found"]]
        words = (row["backend"], row["framework"] or "", state, note(row))
        cells = [shown(word, console) for word in words]
        table.add_row(*cells, style="dim" if row["found"] is False else "")
    Console().print(table)
    for title, hints in missing(rows).items():
        if hints:
            width = max(map(len, hints))
            console.print(f"\n{title}:")
            for name, hint in hints.items():
                console.print(shown(f"  {name:{width}}  {hint}", console))


def print_problems(rows: list[dict[str, str]]) -> None:
    """The problems as a table, what each promises, then how to give one of one's own."""
    table, console = Table(box=None, pad_edge=False), Console(soft_wrap=True)
    titles = [title for title in rows[0] if title != "promises"]
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(shown(row[title], console) for title in titles))
    print()
    Console().print(table)
    print()
    for row in rows:
        if row["promises"]:
            console.print(shown(f"{row['problem']}: {row['promises']}", console))
    print("\nYour own: --problem FILE.py --data FILE, as docs/your-own-function.md shows.")


def note(row: dict[str, Any]) -> str:
    """Where a backend of another package comes from, else what it starts and is not found."""
    if row["source"] != "autograd-bench":
        return f"from {row['source']} {row['source_version'] or ''}".rstrip()
    is_lacking = row["needs"] is not None and not row["needs"]["found"]
    return f"{row['needs']['program']} not found" if is_lacking else ""


def missing(rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """By title: the command a framework not found, what to get a program not found."""
    frameworks = {row["framework"]: row["install"] for row in rows if row["install"]}
    needs = [row["needs"] for row in rows if row["needs"] and not row["needs"]["found"]]
    return {
        "To install what is missing, in a clone of autograd-bench": frameworks,
        "Programs that are missing": {need["program"]: need["hint"] for need in needs},
    }


def say_remarks(remarks: Sequence[str]) -> None:
    """Say on standard error what is worth knowing of the data."""
    console = Console(stderr=True)
    for remark in remarks:
        console.print(shown(remark, console), soft_wrap=True)


def say_dropped(names: Sequence[str]) -> None:
    """Name on standard error the switches that no process of the command is given."""
    if names:
        text = f"Set, and not passed on: {', '.join(names)}; --keep-env NAME passes one."
        console = Console(stderr=True)
        console.print(shown(text, console), soft_wrap=True)
