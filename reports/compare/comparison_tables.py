"""The tables of a comparison: for the terminal, as Markdown and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from reports.compare.comparison import where
from reports.compare.comparison_text import baselines, caveats, sentences
from reports.findings.comparison import Change, Comparison, Uncompared
from reports.outputs.encoder import Json, Texts, as_object
from reports.outputs.terminal import WIDTH, encodable
from reports.text.names import SENTENCE, in_markdown
from reports.text.numbers import TOO_FEW, Shown, percent, plain, shown_ratio

VERSION = 1
NAME_WIDTH = 22
NARROW = TOO_FEW.replace(" blocks", "\nblocks")
COLOURS = {"regression": "bold red", "improvement": "green", "equivalent": "cyan"}
CLAIMS = ("regression", "improvement")


@dataclass(frozen=True)
class Row:
    """One change as text."""

    arm: str
    case: str | None
    phase: str
    ratios: tuple[Shown, ...]  # of both runs, and the change between them
    verdict: str  # with a question mark where nothing is confirmed
    smallest: str  # change that would have been called one; nothing where none would


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """One row a change, in its order."""
    return tuple(_row(change, comparison.gates) for change in comparison.changes)


def _row(change: Change, gates: bool) -> Row:
    doubt = "?" if change.verdict in CLAIMS and not gates else ""
    return Row(
        arm=change.arm,
        case=where(change.shared),
        phase=change.phase,
        ratios=tuple(map(shown_ratio, (change.old, change.new, change.gate))),
        verdict=change.verdict + doubt,
        smallest=_smallest(change.smallest),
    )


def _smallest(ratio: float | None) -> str:
    """The smallest change that shows, in no more columns than a verdict takes."""
    if ratio is None:
        return ""
    return f"{plain(ratio, 2)} times" if ratio >= 2 else percent(ratio - 1)


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print a row a change, then the comparison in words; nothing is wider than 80."""
    console = console or Console(highlight=False)
    width = min(console.width, WIDTH)
    if comparison.changes:
        console.print(_table(comparison, console.encoding), width=width)
    for line in sentences(comparison):
        console.print(encodable(line, console.encoding), width=width)


def _table(comparison: Comparison, encoding: str) -> Table:
    given = rows(comparison)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.title = encodable(_title(comparison), encoding)
    table.title_justify = "left"
    names = [text for row in given for text in (row.arm, f"  {row.phase}")]
    width = min(max(map(cell_len, names)), NAME_WIDTH)
    table.add_column("arm, phase", width=width, overflow="fold")
    for heading in ("old", "new"):
        table.add_column(heading, justify="right")
    table.add_column("change", justify="right", min_width=max(map(len, NARROW.splitlines())))
    table.add_column("verdict\nsmallest seen", no_wrap=True)
    for row, before in zip(given, (None, *given), strict=False):
        _add(table, row, before, encoding)
    return table


def _add(table: Table, row: Row, before: Row | None, encoding: str) -> None:
    """Add a row, after one of its case and of its arm where these differ from those before."""
    case, arm = (before.case, before.arm) if before else (None, None)
    if row.case and row.case != case:
        table.add_row(encodable(f"{row.case}:", encoding))
    if (row.case, row.arm) != (case, arm):
        table.add_row(encodable(row.arm, encoding))
    # each number above its interval, the verdict above the smallest change that shows
    cells = [encodable(_stacked(one.text, one.interval or ""), encoding) for one in row.ratios]
    verdict = encodable(row.verdict, encoding)
    verdict.stylize(COLOURS.get(row.verdict.rstrip("?"), "dim"))
    told = verdict.append(encodable(_stacked("", row.smallest), encoding))
    table.add_row(encodable(f"  {row.phase}", encoding), *cells, told)


def _stacked(above: str, below: str) -> str:
    return f"{above}\n{NARROW if below == TOO_FEW else below}" if below else above


def _title(comparison: Comparison) -> str:
    old, new = comparison.old.name, comparison.new.name
    return f"Ratios to {baselines(comparison)}: OLD {old}, NEW {new}"


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as a comment on a pull request."""
    first, *others = sentences(comparison)
    lines = [f"**{in_markdown(first, SENTENCE)}**", "", in_markdown(_title(comparison)), ""]
    given = rows(comparison)
    if given:
        case = ("case",) if given[0].case else ()
        headings = (*case, "arm", "phase", "old", "new", "change", "verdict", "smallest seen")
        lines += [_line(headings), "|---" * (len(headings) - 1) + "|--:|"]
    lines += [_line(_in_a_row(row)) for row in given]
    return "\n".join([*lines, "", *(f"- {in_markdown(text, SENTENCE)}" for text in others)]) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _in_a_row(row: Row) -> tuple[str, ...]:
    """The names, each number with its interval, the verdict, bold where it stands out."""
    names = [in_markdown(name) for name in (row.case, row.arm) if name is not None]
    verdict = f"**{row.verdict}**" if row.verdict in CLAIMS else row.verdict
    ratios = (f"{one.text}{one.aside}" for one in row.ratios)
    return (*names, row.phase, *ratios, verdict, row.smallest)


def _case(one: Change | Uncompared) -> str | None:
    return where(one.shared)


def _overall(comparison: Comparison) -> dict[str, float | None] | None:
    return vars(comparison.overall) if comparison.overall else None


TEXTS: Texts = {
    Change: {"case": (_case, None)},
    Uncompared: {"case": (_case, None)},
    Comparison: {
        "overall": (_overall, None),
        "sentences": (sentences, None),
        "caveats": (caveats, None),
    },
}


def comparison_json(comparison: Comparison) -> dict[str, Json]:
    """The comparison as one JSON object; a number that does not exist is null."""
    return {
        "format": "autograd-bench comparison",
        "version": VERSION,
        "old": comparison.old.name,
        "new": comparison.new.name,
        **as_object(comparison, TEXTS),
    }
