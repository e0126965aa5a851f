"""Tables: the cells of a run for the terminal, as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.left_out import LeftOut
from reports.outputs.encoder import as_object
from reports.outputs.map_tables import map_lines, map_markdown
from reports.outputs.operator_tables import operators_markdown, operators_table
from reports.outputs.pair_tables import pairs_markdown, pairs_table
from reports.outputs.terminal import WIDTH, encodable
from reports.text.clause import Kind
from reports.text.counted import counted
from reports.text.headline import brief, headline, sentences
from reports.text.names import SENTENCE, in_csv, in_markdown, visible
from reports.text.numbers import Shown, shown_ratio, shown_seconds
from reports.text.pairs import gate_sentence
from reports.text.phases import sentence

NAME_WIDTH = 26
LONGEST_NAME = 60
REASON = 600  # room for an exception, its cause, the line at fault and the log
ANSWER: tuple[Kind, ...] = ("fastest", "baseline", "evidence")  # clauses of the headline
BESIDE: tuple[Kind, ...] = ("execution",)
BELOW: tuple[Kind, ...] = ("price", "dispatch")
NOT_IN_CSV = ("is_baseline", "is_null")
COLOURS = {"faster": "green", "slower": "yellow", "equivalent": "cyan"}
COLOURS |= {"wrong": "bold red", "refused": "bold red", "unusable": "bold red"}


@dataclass(frozen=True)
class Row:
    """One arm in the main phase, as text; None where it has no number."""

    name: str
    version: str | None  # framework and version, only where one framework ran in several
    time: Shown | None
    ratio: Shown | None
    outcome: str  # the verdict, or what stands in its place
    reason: str | None

    def time_texts(self) -> tuple[str, str]:
        """(time, its interval)."""
        return (str(self.time), self.time.interval or "") if self.time else ("", "")

    def ratio_texts(self) -> tuple[str, str]:
        """(ratio to the baseline, its interval)."""
        return (self.ratio.text, self.ratio.interval or "") if self.ratio else ("", "")


def rows(findings: Findings) -> tuple[Row, ...]:
    """One row an arm that took part, timed ones from fast to slow."""
    return tuple(_row(findings, cell) for cell in findings.ranking)


def _row(findings: Findings, cell: Cell) -> Row:
    arm, version = cell.arm, findings.versions.get(cell.arm)
    is_baseline = cell.is_baseline
    note = "baseline" if is_baseline else "null arm" if cell.is_null else findings.verdict(cell)
    return Row(
        name=visible(arm.name, LONGEST_NAME),
        version=visible(version, LONGEST_NAME) if version else None,
        time=shown_seconds(cell.seconds) if cell.seconds else None,
        ratio=shown_ratio(cell.ratio) if cell.ratio and not is_baseline else None,
        outcome=note if cell.seconds else cell.status,
        reason=cell.reason,
    )


def print_summary(findings: Findings, console: Console | None = None) -> None:
    """Print the answer, one row an arm, the reasons, and what to know besides; in 80 columns.

    A line a clause of the headline: the answer and equals side by side above the table, what
    explains them below. Colour only on a terminal; what names hold is shown, never obeyed.
    """
    console = console or Console(highlight=False)
    width, found, shown = min(console.width, WIDTH), headline(findings), rows(findings)

    def say(lines: Iterable[str], style: str = "") -> None:
        for line in lines:
            console.print(encodable(line, console.encoding), style=style, width=width)

    for kinds, style in ((ANSWER, "bold"), (BESIDE, "")):
        clauses = found.of_kind(*kinds)
        say((*(clause.text for clause in clauses), *([""] if clauses else [])), style)
    say([_title(findings)])
    console.print(_table(findings, shown, console.encoding), width=width)
    pairs, gated = pairs_table(findings, console.encoding), gate_sentence(findings)
    if pairs is not None:
        console.print(pairs, width=width)
    say([gated] if gated else [], "bold")
    operators = operators_table(findings, console.encoding)
    if operators is not None:
        console.print(operators, width=width)
    say(f"{visible(row.name, 40)}: {visible(row.reason, REASON)}" for row in shown if row.reason)
    say((*_left_out_lines(findings), ""))
    say((*(clause.text for clause in found.of_kind(*BELOW)), *brief(findings)))
    mapped = map_lines(findings, console.encoding, width)
    say(["", *mapped] if mapped else [])


def _left_out_lines(findings: Findings) -> list[str]:
    """A line a status, then a line for the arms of each reason."""
    lines = []
    last = None
    for one in findings.left_out:
        lines += [] if one.status == last else [f"{one.status[0].upper()}{one.status[1:]}, no row:"]
        lines.append(f"{_names(one)}: {visible(one.reason, REASON)}")
        last = one.status
    return lines


def _names(one: LeftOut) -> str:
    return ", ".join(visible(name, 40) for name in one.names)


def _table(findings: Findings, shown: tuple[Row, ...], encoding: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("arm", max_width=NAME_WIDTH, overflow="fold")
    table.add_column(findings.main_phase, justify="right", no_wrap=True)
    table.add_column("ratio", justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in shown:
        name = f"{row.name}\n  {row.version}" if row.version else row.name
        texts = (name, row.time_texts()[0], *row.ratio_texts(), row.outcome)
        cells = [encodable(text, encoding) for text in texts]
        cells[-1].stylize(COLOURS.get(row.outcome, "dim"))
        table.add_row(*cells)
    return table


def _title(findings: Findings) -> str:
    what = sentence(findings.main_phase, findings.run.plan.problem)
    blocks = counted(len(findings.run.plan.blocks), "block")
    baseline = visible(findings.baseline.name, 40)
    return f"{what[0].upper()}{what[1:]}, {blocks}; ratio: time ÷ {baseline}'s"


def markdown(findings: Findings) -> str:
    """The run in words and the main phase as a table, for a README or a comment."""
    first, *others = sentences(findings)
    lines = [f"**{in_markdown(first, SENTENCE)}**", ""]
    shown = rows(findings)
    engine = ("engine",) if any(row.version for row in shown) else ()
    headings = ("arm", *engine, findings.main_phase, "95 % interval", "ratio", "95 % interval")
    lines.append("| " + " | ".join((*headings, "verdict")) + " |")
    lines.append("|---|" + "---|" * len(engine) + "--:|---|--:|---|---|")
    for row in shown:
        names = (row.name, *((row.version or "",) if engine else ()))
        texts = (*map(in_markdown, names), *row.time_texts(), *row.ratio_texts(), row.outcome)
        lines.append("| " + " | ".join(texts) + " |")
    reasons = [row for row in shown if row.reason]
    lines += ["", *map_markdown(findings), *pairs_markdown(findings), *operators_markdown(findings)]
    lines += [f"- {in_markdown(text, SENTENCE)}" for text in others]
    lines += [
        f"- {in_markdown(row.name)}: {in_markdown(row.reason or '', REASON)}" for row in reasons
    ]
    lines += [
        f"- {one.status}: {in_markdown(_names(one), SENTENCE)}: {in_markdown(one.reason, REASON)}"
        for one in findings.left_out
    ]
    return "\n".join(lines) + "\n"


def cells_csv(findings: Findings) -> str:
    """Every cell as a line of CSV, numbers in full, text never a formula."""
    table = [as_object(cell) for cell in findings.cells]
    columns = [key for key in table[0] if key not in NOT_IN_CSV]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in table:
        writer.writerow({k: in_csv(v) if isinstance(v, str) else v for k, v in row.items()})
    return out.getvalue()
