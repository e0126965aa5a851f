"""What a person at the terminal sees: tables, and plain text elsewhere."""

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

STYLES = {"ok": "green", "wrong": "bold red", "unavailable": "dim", "unsupported": "dim"}
REFUSED = ("unavailable", "unsupported")  # nothing was checked


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
    """Where a backend of another package comes from, else what it needs besides its framework."""
    if row["source"] != "autograd-bench":
        return f"from {row['source']} {row['source_version'] or ''}".rstrip()
    program = row["needs"]["program"] if row["needs"] else None
    names = ", ".join([*row["requires"], *([program] if program else [])])
    is_lacking = program is not None and not row["needs"]["found"]
    return (f"needs {names}" if names else "") + (f"; {program} not found" if is_lacking else "")


def missing(rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """By title: the command a framework not found, what to get a program not found."""
    frameworks = {row["framework"]: row["install"] for row in rows if row["install"]}
    needs = [row["needs"] for row in rows if row["needs"] and not row["needs"]["found"]]
    return {
        "To install what is missing, in a clone of autograd-bench": frameworks,
        "Programs that are missing": {need["program"]: need["hint"] for need in needs},
    }


@contextmanager
def check_rows(
    as_json: bool, heading: str | None = None
) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that prints a row of ``check``; those refused alike are told at the end, once.

    ``heading``: the problem, where there are several.
    """
    rows: list[dict[str, Any]] = []
    if heading is not None and not as_json:
        console = Console()
        console.print(shown(f"problem {heading}", console), style="bold", soft_wrap=True)

    def show(row: dict[str, Any]) -> None:
        rows.append(row)
        if as_json:
            print(json.dumps(row), flush=True)
        elif row["status"] not in REFUSED:
            print_check_row(row)

    yield show
    if not as_json:
        print_refusals(rows)


def print_check_row(row: dict[str, Any]) -> None:
    """The row of an arm that was checked, with its errors, or with what went wrong."""
    status = Text(row["status"], STYLES.get(row["status"], "red"))
    console = Console()
    name = shown(f"{row['backend']} {row['device']} {row['dtype']}", console)
    line = Text.assemble(name, "  ", status)
    if row["status"] == "ok":
        line.append(f"  gradient {row['gradient_error']:.1e}")
        if row["trajectory_error"] is not None:  # none of what is not trained
            line.append(f", trajectory {row['trajectory_error']:.1e}")
    console.print(line, soft_wrap=True)
    if row["status"] != "ok":
        print_reason(console, row["reason"])
    if row.get("log"):
        console.print(shown(f"    log: {row['log']}", console), soft_wrap=True)


def print_refusals(rows: list[dict[str, Any]]) -> None:
    """What was not checked, by reason, then how many arms of each status there are."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["status"] in REFUSED:
            reason = row["reason"].replace(f"backend {row['backend']!r} ", "", 1)
            groups.setdefault((row["status"], reason), []).append(row)
    console = Console()
    for (status, reason), group in groups.items():
        names = ", ".join(names_of(group, rows))
        console.print(Text.assemble((status, STYLES[status]), "  ", shown(names, console)))
        print_reason(console, reason)
    counts = Counter(row["status"] for row in rows)
    console.print(", ".join(f"{count} {status}" for status, count in counts.most_common()))


def names_of(group: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
    """The arms of ``group`` in as few words as leave no doubt which of ``rows`` they are."""
    names: dict[str, None] = {}
    for row in group:
        for keys in (("backend",), ("backend", "device"), ("backend", "device", "dtype")):
            alike = [other for other in rows if all(other[key] == row[key] for key in keys)]
            if all(other in group for other in alike):
                names[" ".join(row[key] for key in keys)] = None
                break
    return list(names)


def print_reason(console: Console, reason: str) -> None:
    """``reason``, indented; the command to install is a line of its own, to be copied."""
    what, mark, command = reason.partition("Install: ")
    console.print(Padding(shown(what.rstrip(), console), (0, 0, 0, 4), expand=False))
    if mark:
        console.print(shown(f"    {mark}{command}", console), soft_wrap=True)


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
