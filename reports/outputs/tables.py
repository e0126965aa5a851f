"""The summary of a run: for the terminal and as Markdown; and its cells as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from rich.console import Console

from reports.findings.findings import Findings
from reports.outputs.encoder import as_object
from reports.outputs.machines_section import machine_ratios_table, machines_table
from reports.outputs.map_section import case_names, map_section, map_title, signs
from reports.outputs.pairs_section import pairs_table, telling
from reports.outputs.ranking import ranking_table
from reports.outputs.sizes_section import sizes_table
from reports.outputs.table import Table
from reports.outputs.terminal import WIDTH, draw, encodable
from reports.outputs.yardsticks_section import operators_table
from reports.text.clause import Kind
from reports.text.counted import counted
from reports.text.headline import baselines_text, brief, headline, sentences
from reports.text.lead import what
from reports.text.machines import of_machines
from reports.text.names import SENTENCE, in_csv, in_markdown
from reports.text.pairs import gate_sentence
from reports.text.sentence import Sentence

ANSWER: tuple[Kind, ...] = ("fastest", "baseline", "evidence")  # clauses of the headline
BESIDE: tuple[Kind, ...] = ("execution",)
BELOW: tuple[Kind, ...] = ("price", "dispatch")
MOST_MARKS = 8  # of the map, explained in the terminal; table.md has all
MOST_OPERATORS = MOST_RATIOS = 16  # in the terminal
NOT_IN_CSV = ("is_baseline", "is_null")


def print_summary(findings: Findings, console: Console | None = None) -> None:
    """Print the answer, the cases if there are several, one row an arm, and what to know besides.

    In 80 columns; colour only on a terminal; what names hold is shown, never obeyed.
    """
    print_pieces(_pieces(findings), console)


def print_pieces(pieces: Iterable[tuple[str | Table, str]], console: Console | None) -> None:
    """Print lines and tables, each in its style."""
    console = console or Console(highlight=False)
    width = min(console.width, WIDTH)
    for piece, style in pieces:
        lines = [piece] if isinstance(piece, str) else []
        if isinstance(piece, Table) and piece:
            drawn, notes = draw(piece, console, width)
            console.print(drawn, width=width)
            lines = ["", *notes, *([""] if notes else [])]
        for line in lines:
            console.print(encodable(line, console.encoding), style=style, width=width)


def _pieces(findings: Findings) -> Iterator[tuple[str | Table, str]]:
    """Every line and table with its style.

    A line a clause of the headline: the answer and equals side by side above the tables, what
    explains them below.
    """
    found, gate = headline(findings), gate_sentence(findings)
    yield from ((line, "bold") for line in block(*(one.text for one in found.of_kind(*ANSWER))))
    yield from ((line, "") for line in block(*(one.text for one in found.of_kind(*BESIDE))))
    yield from ((piece, "") for piece in _of_cases(findings))
    yield from ((line, "") for line in block(_title(findings)))
    yield ranking_table(findings), ""
    yield from _of_machines(findings)
    yield pairs_table(telling(findings)), ""
    yield from ((line, "bold") for line in ([gate] if gate else []))
    if len(findings.operators) <= MOST_OPERATORS:
        yield operators_table(findings), ""
    reasons = (*_reasons(findings), *_left_out_lines(findings))
    below = (*block(*reasons), *(one.text for one in found.of_kind(*BELOW)), *brief(findings))
    yield from ((line, "") for line in below)


def block(*lines: str) -> tuple[str, ...]:
    """``lines`` and an empty one; none without any."""
    return (*lines, "") if lines else ()


def _of_cases(findings: Findings) -> Iterator[str | Table]:
    """The map where the run has several problems, else a line a size if it has several."""
    mapped, found = map_section(findings), findings.case_map
    if mapped and found and findings.problems:
        yield from block(map_title(found))
        yield mapped.table
        more = len(mapped.marks) - MOST_MARKS
        rest = Sentence("{} in table.md.", counted(more, "more reason")) if more > 0 else None
        notes = (mapped.mean, *signs(mapped.table), *mapped.marks[:MOST_MARKS], rest)
        yield from block(*(text for text in notes if text))
    elif findings.sweep:
        yield from block("Every size, by the time of an example visited")
        yield sizes_table(findings)


def _of_machines(findings: Findings) -> Iterator[tuple[str | Table, str]]:
    """What each machine says by itself; nothing of a run of one."""
    mine = machine_ratios_table(findings)
    if mine and len(mine.rows) <= MOST_RATIOS:
        yield f"{mine.caption}; all: the mean over them, weighted alike", ""
        yield mine, ""
    elif mine:
        yield from ((line, "") for line in block(f"{mine.caption}: table.md."))


def _title(findings: Findings) -> Sentence:
    """What the ranking is of, and what its ratios are to."""
    n_blocks = counted(len(findings.run.plan.blocks), "block")
    first, blocks = what(findings), Sentence("{}{}", n_blocks, of_machines(findings))
    about = f"{first[0].upper()}{first[1:]}"
    of_several = baselines_text(findings) is not None
    to = "its baseline" if of_several else findings.baseline
    return Sentence("{}, {}; ratio: time ÷ {}'s", about, blocks, to)


def _reasons(findings: Findings) -> Iterator[Sentence]:
    """Of every arm of the ranking what went wrong, if anything did."""
    found = (cell for cell in findings.ranking if cell.reason)
    return (Sentence("{}: {}", cell.arm, cell.reason or "") for cell in found)


def _left_out_lines(findings: Findings) -> Iterator[str]:
    """A line a status, then a line for the arms of each reason."""
    last = None
    for one in findings.left_out:
        if one.status != last:
            yield f"{one.status[0].upper()}{one.status[1:]}, no row:"
        yield Sentence("{}: {}", Sentence.joined(", ", one.names), one.reason)
        last = one.status


def markdown(findings: Findings) -> str:
    """The run in words and its tables, for a README or a comment."""
    first, *others = sentences(findings)
    left_out = (
        Sentence("{}: {}: {}", one.status, Sentence.joined(", ", one.names), one.reason)
        for one in findings.left_out
    )
    lines = [
        f"**{safe(first)}**",
        "",
        *_map_lines(findings),
        *(sizes_table(findings).markdown() if findings.sweep else []),
        f"{safe(_title(findings))}.",
        "",
        *ranking_table(findings).markdown(),
        *_machine_lines(findings),
        *pairs_table(findings.pairs).markdown(),
        *operators_table(findings).markdown(),
        *(f"- {safe(text)}" for text in (*others, *_reasons(findings), *left_out)),
    ]
    return "\n".join(lines) + "\n"


def safe(text: str) -> str:
    """A sentence for Markdown, its names no markup."""
    return in_markdown(text, SENTENCE)


def _machine_lines(findings: Findings) -> list[str]:
    """The machines and their own ratios as Markdown; none of a run of one."""
    mine = machine_ratios_table(findings)
    lines = [f"{mine.caption}.", "", *mine.markdown(), *machines_table(findings).markdown()]
    return lines if mine else []


def _map_lines(findings: Findings) -> list[str]:
    """The map as Markdown, and what its words, its letters and its cases are."""
    mapped, found = map_section(findings), findings.case_map
    if mapped is None or found is None:
        return []
    below = (mapped.mean, *signs(mapped.table), *mapped.marks, *case_names(findings))
    notes = [f"- {safe(text)}" for text in below if text]
    return [f"{safe(map_title(found))}.", "", *mapped.table.markdown(), *notes, ""]


def cells_csv(findings: Findings) -> str:
    """Every cell as a line of CSV, numbers in full, text never a formula."""
    cells = [as_object(cell) for cell in findings.cells]
    keys = [key for key in cells[0] if key not in NOT_IN_CSV]
    out = io.StringIO()
    writer = csv.DictWriter(out, keys, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for cell in cells:
        writer.writerow({k: in_csv(v) if isinstance(v, str) else v for k, v in cell.items()})
    return out.getvalue()
