"""The pairs of a run as a table: for the terminal, as Markdown and for the page."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.table import Table

from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.pairs import Pair
from reports.outputs.terminal import encodable
from reports.text.names import in_markdown
from reports.text.numbers import shown_ratio
from reports.text.pairs import gate_sentence, pair_name, widened
from reports.text.phases import words

NAME_WIDTH = 34
COLOURS = {"faster": "green", "slower": "bold red", "equivalent": "cyan", "unusable": "bold red"}


@dataclass(frozen=True)
class PairRow:
    """A pair in one phase, as it is shown: its interval is the one that decides."""

    name: str  # NEW ÷ OLD
    phase: str
    ratio: Estimate
    verdict: str

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """(phase, ratio, interval, verdict)."""
        shown = shown_ratio(self.ratio)
        return words(self.phase), shown.text, shown.interval or "none", self.verdict


def pair_rows(findings: Findings) -> tuple[PairRow, ...]:
    """One row a pair and phase."""
    return tuple(map(_row, findings.pairs))


def _row(pair: Pair) -> PairRow:
    name = pair_name(pair.new, pair.old)
    return PairRow(name, pair.phase, pair.corrected, pair.verdict or "unusable")


def pairs_table(findings: Findings, encoding: str) -> Table | None:
    """The main phase of every pair, and whatever else is a difference; None without a pair."""
    shown = [
        row
        for row in pair_rows(findings)
        if row.phase == findings.main_phase or row.verdict in ("faster", "slower")
    ]
    if not shown:
        return None
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("new ÷ old", max_width=NAME_WIDTH, overflow="fold")
    table.add_column("phase", overflow="fold")
    table.add_column("ratio", justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in shown:
        cells = [encodable(text, encoding) for text in (row.name, *row.texts)]
        cells[-1].stylize(COLOURS.get(row.verdict, "dim"))
        table.add_row(*cells)
    return table


def pairs_markdown(findings: Findings) -> list[str]:
    """The lines of a table of all pairs; none without a pair."""
    shown = pair_rows(findings)
    if not shown:
        return []
    lines = ["| new ÷ old | phase | ratio | 95 % interval | verdict |", "|---|---|--:|---|---|"]
    for row in shown:
        *numbers, verdict = row.texts
        told = f"**{verdict}**" if verdict in ("faster", "slower") else verdict
        lines.append("| " + " | ".join((in_markdown(row.name), *numbers, told)) + " |")
    return [*lines, ""]


def pairs_section(findings: Findings) -> dict[str, object]:
    """What ``pairs.html`` needs besides the page's own."""
    return {
        "pair_rows": pair_rows(findings),
        "pairs_read": widened(findings.pairs),
        "gate_outcome": findings.gate.outcome if findings.gate else None,
        "gate_text": gate_sentence(findings),
    }
