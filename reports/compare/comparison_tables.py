"""The tables of a comparison: for the terminal, as Markdown and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.compare.comparison import ABSENT, Change, Comparison, Engines, Uncompared
from reports.outputs.encoder import Json, as_json, estimate_keys
from reports.outputs.terminal import WIDTH, encodable
from reports.text.machine import machine_text
from reports.text.names import SENTENCE, in_markdown, visible
from reports.text.numbers import TOO_FEW, Shown, percent, plain, shown_ratio
from reports.text.phases import words

VERSION = 1
NAME_WIDTH = 22
NARROW = TOO_FEW.replace(" blocks", "\nblocks")
COLOURS = {"regression": "bold red", "improvement": "green", "equivalent": "cyan"}


@dataclass(frozen=True)
class Row:
    """One change as text."""

    arm: str
    case: str | None
    phase: str
    old: Shown
    new: Shown
    change: Shown
    verdict: str  # with a question mark where nothing is confirmed
    smallest: str  # change that would have been called one; nothing where none would

    @property
    def ratios(self) -> tuple[Shown, ...]:
        """Of both runs, and the change between them."""
        return self.old, self.new, self.change


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """One row a change, in its order."""
    return tuple(_row(change, comparison.gates) for change in comparison.changes)


def _row(change: Change, gates: bool) -> Row:
    is_claim = change.verdict in ("regression", "improvement")
    return Row(
        arm=visible(change.arm, 60),
        case=change.case,
        phase=change.phase,
        old=shown_ratio(change.old),
        new=shown_ratio(change.new),
        change=shown_ratio(change.gate),
        verdict=change.verdict + ("?" if is_claim and not gates else ""),
        smallest=_smallest(change.smallest),
    )


def _smallest(ratio: float | None) -> str:
    """The smallest change that shows, in no more columns than a verdict takes."""
    if ratio is None:
        return ""
    return f"{plain(ratio, 2)} times" if ratio >= 2 else percent(ratio - 1)


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """The comparison in words: what came of it, what limits it, what is not in the table."""
    return (
        comparison.headline,
        *(text for text in (comparison.overall_text, comparison.smallest_text) if text),
        *comparison.caveats,
        *(told(one) for one in comparison.uncompared),
        *(text for one in comparison.engines if (text := engine_change(one))),
        comparison.how_to_read,
        f"Measured on {machine_text(comparison.machine)}.",
    )


def told(one: Uncompared) -> str:
    """Why an arm, or a phase of it, is not compared."""
    what = visible(one.arm, 40) + (f", {words(one.phase)}" if one.phase else "")
    what += f" at {one.case}" if one.case else ""
    reason = f" ({visible(one.reason, 200)})" if one.reason else ""
    if one.new == ABSENT:
        return f"{what}: only in OLD."
    if one.old == ABSENT:
        return f"{what}: only in NEW."
    if one.old == one.new:
        return f"{what}: {one.new} in both{reason}."
    change = f"{one.old} in OLD, {one.new} in NEW{reason}"
    return f"{what}: {change}; not a change of time."


def engine_change(one: Engines) -> str | None:
    """The arm's framework where its version changed, else None."""
    if one.old == one.new:
        return None
    old, new = (visible(version or "of unknown version", 40) for version in (one.old, one.new))
    return f"{visible(one.arm, 40)}: {visible(one.framework or 'framework', 40)} {old}, now {new}."


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print a row a change, then the comparison in words; nothing is wider than 80."""
    console = console or Console(highlight=False)
    width = min(console.width, WIDTH)
    if comparison.changes:
        console.print(_table(comparison, console.encoding), width=width)
    for line in sentences(comparison):
        console.print(encodable(line, console.encoding), width=width)


def _table(comparison: Comparison, encoding: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.title = encodable(_title(comparison), encoding)
    table.title_justify = "left"
    names = [text for row in rows(comparison) for text in (row.arm, f"  {row.phase}")]
    width = min(max(map(cell_len, names)), NAME_WIDTH)
    table.add_column("arm, phase", width=width, overflow="fold")
    for heading in ("old", "new"):
        table.add_column(heading, justify="right")
    table.add_column("change", justify="right", min_width=max(map(len, NARROW.splitlines())))
    table.add_column("verdict\nsmallest seen", no_wrap=True)
    last: tuple[str | None, str | None] = (None, None)
    for row in rows(comparison):
        if row.case and row.case != last[0]:
            table.add_row(encodable(f"{row.case}:", encoding))
        if (row.case, row.arm) != last:
            table.add_row(encodable(row.arm, encoding))
        table.add_row(encodable(f"  {row.phase}", encoding), *_styled(row, encoding))
        last = (row.case, row.arm)
    return table


def _styled(row: Row, encoding: str) -> list[Text]:
    """Each number above its interval, the verdict above the smallest change that shows."""
    cells = [encodable(_stacked(one.text, one.interval or ""), encoding) for one in row.ratios]
    verdict = encodable(row.verdict, encoding)
    verdict.stylize(COLOURS.get(row.verdict.rstrip("?"), "dim"))
    return [*cells, verdict.append(encodable(_stacked("", row.smallest), encoding))]


def _stacked(above: str, below: str) -> str:
    return f"{above}\n{NARROW if below == TOO_FEW else below}" if below else above


def _title(comparison: Comparison) -> str:
    old, new = visible(comparison.old, 30), visible(comparison.new, 30)
    return f"Ratios to {comparison.baselines}: OLD {old}, NEW {new}"


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as a comment on a pull request."""
    first, *others = sentences(comparison)
    lines = [f"**{in_markdown(first, SENTENCE)}**", "", in_markdown(_title(comparison)), ""]
    if comparison.changes:
        case = ("case",) if comparison.changes[0].case else ()
        headings = (*case, "arm", "phase", "old", "new", "change", "verdict", "smallest seen")
        lines.append("| " + " | ".join(headings) + " |")
        lines.append("|---" * len(case) + "|---|---|---|---|---|---|--:|")
    for row in rows(comparison):
        names = (*([in_markdown(row.case)] if row.case else []), in_markdown(row.arm))
        lines.append("| " + " | ".join((*names, row.phase, *_in_a_row(row))) + " |")
    return "\n".join([*lines, "", *(f"- {in_markdown(text, SENTENCE)}" for text in others)]) + "\n"


def _in_a_row(row: Row) -> tuple[str, ...]:
    """Each number with its interval, the verdict, bold where it stands out, and what shows."""
    stands_out = row.verdict in ("regression", "improvement")
    verdict = f"**{row.verdict}**" if stands_out else row.verdict
    return (*(f"{one.text}{one.aside}" for one in row.ratios), verdict, row.smallest)


def comparison_json(comparison: Comparison) -> dict[str, Json]:
    """The comparison as one JSON object; a number that does not exist is null."""
    document = {
        "format": "autograd-bench comparison",
        "version": VERSION,
        "old": comparison.old,
        "new": comparison.new,
        "baseline": comparison.baseline,
        "margin": comparison.margin,
        "gates": comparison.gates,
        "overall": vars(comparison.overall) if comparison.overall else None,
        "n_cells": len(comparison.changes),
        "n_regressions": len(comparison.regressions),
        "sentences": list(sentences(comparison)),
        "caveats": list(comparison.caveats),
        "machine": comparison.machine,
        "changes": [_change(change) for change in comparison.changes],
        "uncompared": [vars(one) for one in comparison.uncompared],
        "engines": [vars(one) for one in comparison.engines],
    }
    return {key: as_json(value) for key, value in document.items()}


def _change(change: Change) -> dict[str, object]:
    return {
        "arm": change.arm,
        "case": change.case,
        "phase": change.phase,
        "baseline": change.baseline,
        **estimate_keys("old", change.old),
        **estimate_keys("new", change.new),
        **estimate_keys("change", change.change),
        **estimate_keys("corrected", change.gate),
        "smallest": change.smallest,
        "n_old": change.old.n,
        "n_new": change.new.n,
        "verdict": change.verdict,
    }
