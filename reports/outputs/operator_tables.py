"""Operators as tables: for the terminal, where they are few, and as Markdown."""

from __future__ import annotations

from rich import box
from rich.table import Table

from reports.findings.findings import Findings
from reports.findings.operators import Operator
from reports.outputs.terminal import encodable
from reports.text.names import in_markdown, visible
from reports.text.numbers import shown_ratio, shown_seconds
from reports.text.phases import words

MOST_ROWS = 16  # of a terminal's table
HEADINGS = ("operator", "arm", "time", "÷ gradient", "found by")


def operators_table(findings: Findings, encoding: str) -> Table | None:
    """A row an operator of an arm; None where there are none, or too many for a terminal."""
    prices = findings.operators
    if not prices or len(prices) > MOST_ROWS:
        return None
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in HEADINGS:
        is_number = heading in ("time", "÷ gradient")
        table.add_column(encodable(heading, encoding), justify="right" if is_number else "left")
    for price in prices:
        table.add_row(*(encodable(text, encoding) for text in _texts(price)))
    return table


def operators_markdown(findings: Findings) -> list[str]:
    """The lines of the table, and an empty one; none where no operator was timed."""
    prices = findings.operators
    if not prices:
        return []
    lines = [f"| {' | '.join(HEADINGS)} |", "|---|---|--:|--:|---|"]
    lines += [f"| {' | '.join(map(in_markdown, _texts(price)))} |" for price in prices]
    return [*lines, ""]


def _texts(price: Operator) -> tuple[str, ...]:
    ratio = shown_ratio(price.ratio).text if price.ratio else ""
    arm, found_by = price.arm.name, visible(price.composition or "", 40)
    return (
        words(price.operator),
        visible(arm, 40),
        str(shown_seconds(price.seconds)),
        ratio,
        found_by,
    )
