"""The map's tables: for the terminal, as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.findings.case_map import Map, MapArm, MapCase, MapEntry
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.encoder import estimate_keys
from reports.outputs.map_layout import MEAN, Grid, Layout, drawn, laid_out
from reports.outputs.terminal import WIDTH, encodable
from reports.text.cases import case_label, short_labels
from reports.text.counted import counted
from reports.text.lead import is_known
from reports.text.names import SENTENCE, in_csv, in_markdown, visible
from reports.text.null_arm import unusable_cause
from reports.text.numbers import TOO_FEW, decimals_for, plain, shown_ratio
from reports.text.phases import words

LONGEST_NAME = 60
REASON = 160
MOST_MARKS = 8  # explained in the terminal; table.md has all
AT_LEAST, UNKNOWN = ">", "?"  # what stands where an interval says no size
COLUMNS = (
    *("arm", "case", "problem", "n_examples", "sizes", "batch_size", "phase", "status", "reason"),
    *("n_blocks", "times", "times_low", "times_high", "in_front"),
)


@dataclass
class Marks:
    """Letters that stand where there is no number, and what each says."""

    found: dict[str, str] = field(default_factory=dict)  # what it says -> letter

    def of(self, text: str) -> str:
        """The mark for ``text``."""
        return self.found.setdefault(text, f"({letters(len(self.found))})")

    @property
    def lines(self) -> list[str]:
        """What each mark says."""
        return [f"{mark} {text}" for text, mark in self.found.items()]


def letters(number: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("a") + last)


def number_texts(times: Estimate, in_front: bool | None) -> tuple[str, str]:
    """(times the fastest, its interval): 1 where nothing tells it apart from that.

    Where the interval is too wide for a number, its lower end if that is above 1, or nothing.
    """
    if times.low is None and times.value == 1.0:
        return "1", ""
    if not is_known(times):
        low = 0.0 if in_front or times.low is None else times.low
        return (f"{AT_LEAST}{rounded_down(low)}" if low > 1 else UNKNOWN), ""
    shown = shown_ratio(times)
    return ("1" if in_front else shown.text), shown.interval or ""


def mean_texts(mean: Estimate | None) -> tuple[str, str]:
    """(geometric mean, its interval); nothing where there is none."""
    return number_texts(mean, None) if mean else ("", "")


def rounded_down(value: float) -> str:
    """``value`` in two significant digits, no more than it is."""
    scale = 10.0 ** decimals_for(value, 2)
    return plain(math.floor(value * scale) / scale, 2)


def entry_texts(column: MapCase, one: MapEntry, marks: Marks) -> tuple[str, str]:
    """(what stands in the map, its interval)."""
    null = column.case.null_arm
    if one.times:
        return number_texts(one.times, one.in_front)
    if one.status == "ok" and not null.is_usable:
        return marks.of(f"unusable evidence: {unusable_cause(null)}"), ""
    if one.status == "ok":
        return marks.of("no block in common with the fastest"), ""
    return marks.of(f"{one.status}: {visible(one.reason or 'no reason was given', REASON)}"), ""


def texts_of(found: Map, row: MapArm, marks: Marks) -> list[tuple[str, str]]:
    """What stands in a row: every case, then the mean where there is such a column."""
    both = zip(found.cases, row.entries, strict=True)
    told = [entry_texts(column, one, marks) for column, one in both]
    return [*told, mean_texts(row.mean)] if found.mean_cases else told


def map_lines(findings: Findings, encoding: str, width: int = WIDTH) -> list[str]:
    """The map for a terminal, no line wider than ``width`` but sentences; none for one case."""
    found = findings.case_map
    if found is None:
        return []

    def spell(text: str) -> str:
        return encodable(text, encoding).plain

    marks = Marks()
    rows = [
        (spell(visible(row.arm.name, LONGEST_NAME)), texts_of(found, row, marks))
        for row in found.ranked
    ]
    grid = [[(spell(a), spell(b)) for a, b in texts] for _, texts in rows]
    heads = [(spell(a), spell(b)) for a, b in short_labels(findings.cases)]
    heads += [(MEAN, "")] if found.mean_cases else []
    layout = laid_out([name for name, _ in rows], heads, grid, width)
    table = drawn([name for name, _ in rows], heads, grid, layout)
    return [_title(found), "", *table, "", *_notes(found, marks, grid, layout)]


def _title(found: Map) -> str:
    return (
        f"The map of {len(found.cases)} cases, {words(found.phase)}: an arm's time ÷ the fastest "
        "arm's in that case; 1: the fastest, or not told apart from it"
    )


def _notes(found: Map, marks: Marks, grid: Grid, layout: Layout) -> Iterator[str]:
    """What the map needs to be read."""
    told = {text for row in grid for text, _ in row}
    yield from notes(found, told)
    yield from marks.lines[:MOST_MARKS]
    more = len(marks.lines) - MOST_MARKS
    if more > 0:
        yield f"{counted(more, 'more reason')} in table.md."
    if layout.n_left_out:
        yield f"{counted(layout.n_left_out, 'more case')} in table.md, and all in map.csv."
    if not layout.has_intervals:
        yield "Intervals: table.md and map.csv."


def notes(found: Map, told: set[str]) -> Iterator[str]:
    """What the words of the map mean; ``told``: those that stand in it."""
    n = len(found.mean_cases)
    if n and any(row.mean for row in found.arms):
        which = f"all {n}" if n == len(found.cases) else f"the {n} of {len(found.cases)} usable"
        yield f"{MEAN}: geometric mean over {which} cases, for the arms that have them all."
    elif n:
        yield f"{MEAN}: none, for no arm has all {n} usable cases."
    if any(text.startswith(AT_LEAST) for text in told):
        yield f"{AT_LEAST}2.0: by its interval at least 2.0 times; {TOO_FEW} how many."
    if UNKNOWN in told:
        yield f"{UNKNOWN}: {TOO_FEW} how far from the fastest."


def map_markdown(findings: Findings) -> list[str]:
    """The map as Markdown, with every interval; no line for a run of one case."""
    found = findings.case_map
    if found is None:
        return []
    marks, told, rows = Marks(), set[str](), []
    for row in found.ranked:
        texts = texts_of(found, row, marks)
        told |= {text for text, _ in texts}
        cells = [in_markdown(" ".join(filter(None, pair))) for pair in texts]
        rows.append(f"| {in_markdown(row.arm.name)} | {' | '.join(cells)} |")
    heads = [in_markdown(case_label(findings.cases, case)) for case in findings.cases]
    heads += [MEAN] if found.mean_cases else []
    lines = [f"{in_markdown(_title(found), SENTENCE)}.", "", f"| arm | {' | '.join(heads)} |"]
    lines += ["|---|" + "--:|" * len(heads), *rows, ""]
    below = (*notes(found, told), *marks.lines)
    return [*lines, *(f"- {in_markdown(text, SENTENCE)}" for text in below), ""]


def map_csv(findings: Findings) -> str | None:
    """Every arm in every case as a line of CSV, then the means; None for a run of one case."""
    found = findings.case_map
    if found is None:
        return None
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in found.arms:
        for case, one in zip(findings.cases, row.entries, strict=True):
            writer.writerow(_csv_row(findings, case, row, one) | {"phase": found.phase})
    n = len(found.mean_cases)
    for row in found.arms:
        if row.mean:
            mean = {"arm": in_csv(row.arm.name), "case": f"geometric mean of {counted(n, 'case')}"}
            told = {"phase": found.phase, "status": "ok", "n_blocks": row.mean.n}
            writer.writerow({**mean, **told, **estimate_keys("times", row.mean)})
    return out.getvalue()


def _csv_row(findings: Findings, case: Findings, row: MapArm, one: MapEntry) -> dict[str, object]:
    spec = case.run.plan.problem
    return {
        "arm": in_csv(row.arm.name),
        "case": in_csv(case_label(findings.cases, case)),
        "problem": in_csv(spec.objective),
        "n_examples": spec.n_examples,
        "sizes": in_csv(json.dumps(spec.sizes)),
        "batch_size": spec.batch_size,
        "status": "unusable" if one.status == "ok" and not case.null_arm.is_usable else one.status,
        "reason": in_csv(one.reason or ""),
        "n_blocks": one.n_blocks,
        **estimate_keys("times", one.times),
        "in_front": one.in_front,
    }
