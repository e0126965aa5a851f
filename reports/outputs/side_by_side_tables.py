"""Machines side by side as text: for the terminal, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from reports.findings.side_by_side import MachineCase, SideBySide
from reports.outputs.cells import unusable_case
from reports.outputs.encoder import Json, Texts, as_object
from reports.outputs.side_by_side_section import SideBySideSection, side_by_side_section
from reports.outputs.table import Table
from reports.outputs.tables import MOST_MARKS, block, print_pieces, safe
from reports.text.counted import counted
from reports.text.phases import words
from reports.text.sentence import Sentence
from reports.text.side_by_side import fastest_text, machine_names, sure_text

TEXTS: Texts = {MachineCase: {"unusable": (unusable_case, None)}}


def map_json(found: SideBySide) -> dict[str, Json]:
    """The machines and the map; a number that does not exist is null, never NaN."""
    return as_object(found, TEXTS)


def print_side_by_side(found: SideBySide, console: Console | None = None) -> None:
    """Print who is fastest where, the map, and what each machine and each sign in it is.

    In 80 columns; colour only on a terminal; what names hold is shown, never obeyed.
    """
    print_pieces(_pieces(found), console)


def _pieces(found: SideBySide) -> Iterator[tuple[str | Table, str]]:
    section = side_by_side_section(found)
    more = len(section.marks) - MOST_MARKS
    rest = [Sentence("{} in table.md.", counted(more, "more reason"))] if more > 0 else []
    notes = (*section.signs, *section.marks[:MOST_MARKS], *rest)
    yield from ((line, "bold") for line in block(fastest_text(found)))
    yield from ((line, "") for line in block(_title(found)))
    yield section.table, ""
    yield from ((line, "") for line in block(*notes))
    below = (*section.key, *_found(found), *section.differences)
    yield from ((line, "") for line in below)


def _title(found: SideBySide) -> Sentence:
    """What stands above the map in a text."""
    return Sentence(
        "The map of {}, {}: an arm's time ÷ the fastest arm's in that column; 1: the fastest, or "
        "not told apart from it; arms in the order of the first column",
        *(counted(len(found.machines), "machine"), words(found.phase)),
    )


def _found(found: SideBySide) -> Iterator[Sentence]:
    """What each machine found."""
    for name, one in zip(machine_names(found), found.machines, strict=True):
        yield Sentence("On {}: {}", name, sure_text(one.findings))


def side_by_side_markdown(found: SideBySide) -> str:
    """The map and what it says in words, for a README or a comment."""
    section = side_by_side_section(found)
    lines = [
        f"**{safe(fastest_text(found))}**",
        "",
        f"{safe(_title(found))}.",
        "",
        *section.table.markdown(),
        *(f"- {safe(text)}" for text in (*_notes(section), *_found(found), *section.differences)),
    ]
    return "\n".join(lines) + "\n"


def _notes(section: SideBySideSection) -> tuple[str, ...]:
    return (*section.signs, *section.marks, *section.key)
