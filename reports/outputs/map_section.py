"""The map: every arm in every case, as times the fastest there; section, table and CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.findings.case_map import Map, MapCase, MapEntry
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.parts import Rich, failed, marked, none, note, quantity, together
from reports.outputs.ranking import times_cell
from reports.outputs.table import Cell, Column, Row, Table, table
from reports.text.cases import case_label, case_links, own_case, short_labels
from reports.text.counted import counted
from reports.text.null_arm import unusable_cause
from reports.text.numbers import TOO_FEW, decimals_for, plain, shown_ratio
from reports.text.phases import words
from reports.text.sentence import Sentence

MEAN = "mean"
LONGEST = 160  # of a reason
AT_LEAST, UNKNOWN = ">", "?"  # what stands in a text where an interval says no size
UNTOLD = ("none", "missing", "unsupported", "unavailable")  # nothing went wrong
IN_CSV = (
    *("arm", "case", "problem", "n_examples", "sizes", "batch_size", "phase", "status", "reason"),
    *("n_blocks", "times", "in_front"),
)


@dataclass
class Marks:
    """Letters that stand where there is no number, and what each says."""

    found: dict[Sentence, str] = field(default_factory=dict)  # what it says -> letter

    def of(self, text: Sentence) -> str:
        """The mark for ``text``."""
        return self.found.setdefault(text, f"({letters(len(self.found))})")


def letters(number: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("a") + last)


@dataclass(frozen=True)
class MapSection:
    """Every arm in every case."""

    phase: str
    mean: Sentence | None
    table: Table
    marks: tuple[Sentence, ...]  # what each letter says
    own_case: Sentence | None


def map_section(findings: Findings, is_own_folder: bool = True) -> MapSection | None:
    """The section; None for a run of one case. ``is_own_folder``: of the report, for the links."""
    found, marks = findings.case_map, Marks()
    if found is None:
        return None
    drawn = map_table(findings, found, heads_of(findings, is_own_folder), marks)
    return MapSection(
        phase=words(findings.main_phase),
        mean=mean_text(found),
        table=drawn,
        marks=tuple(Sentence("{} {}", mark, text) for text, mark in marks.found.items()),
        own_case=own_case(findings),
    )


def map_title(found: Map) -> Sentence:
    """What stands above the map in a text."""
    return Sentence(
        "The map of {} cases, {}: an arm's time ÷ the fastest arm's in that case; 1: the fastest, "
        "or not told apart from it",
        *(len(found.cases), words(found.phase)),
    )


def case_names(findings: Findings) -> list[Sentence]:
    """Every case in short, as above its column, and in full."""
    pairs = zip(short_labels(findings.cases), findings.cases, strict=True)
    return [
        Sentence("{}: {}", " ".join(short).strip(), case_label(findings.cases, case))
        for short, case in pairs
    ]


def heads_of(findings: Findings, is_own_folder: bool) -> list[Rich]:
    """Above each case what it is called, which leads to where it is told of."""
    links = case_links(findings, is_own_folder)
    return [
        head(link, *label) for label, link in zip(short_labels(findings.cases), links, strict=True)
    ]


def head(link: str, first: str, *others: str) -> Rich:
    """What stands above a column, line by line, and leads to where that is told of."""
    lines = [line for line in others if line]
    below = (Markup(' <span class="note line">{}</span>').format(line) for line in lines)
    html = Markup('<a href="{}">{}{}</a>').format(link, first, Markup("").join(below))
    return Rich("\n".join((first, *lines)), html)


def map_table(findings: Findings, found: Map, heads: list[Rich], marks: Marks) -> Table:
    """A row an arm from fast to slow, a column a case, then the means where there are any."""
    cases = [Column(head, is_number=True, interval="below", may_go=True) for head in heads]
    means = [Column(MEAN, is_number=True, interval="below")] if found.mean_cases else []
    rows = (
        Row(
            (
                marked(findings, row.arm),
                *(entry_cell(*pair, marks) for pair in zip(found.cases, row.entries, strict=True)),
                *([_times(row.mean)] if means else []),
            ),
            {"data-arm": str(row.arm.name)},
        )
        for row in found.ranked
    )
    caption = "Arms by cases, times the fastest of each"
    return table(caption, ("arm", *cases, *means), rows, kind="map", is_main=True)


def entry_cell(column: MapCase, one: MapEntry, marks: Marks) -> Cell | Rich:
    """Times the fastest, or why there is no number."""
    null = column.case.null_arm
    if one.times:
        return _times(one.times, one.in_front)
    if one.status == "ok" and not null.is_usable:
        why = Sentence("unusable evidence: {}", unusable_cause(null))
        return _missed("unusable", marks.of(why))
    if one.status == "ok":
        return _missed("none", marks.of(Sentence("no block in common with the fastest")))
    reason = one.reason or "no reason was given"
    short = reason if len(reason) <= LONGEST else f"{reason[: LONGEST - 1]}…"
    return _missed(one.status, marks.of(Sentence("{}: {}", one.status, short)))


def _missed(status: str, mark: str) -> Rich:
    """The status with its mark; in a text the mark alone."""
    told = none(status) if status in UNTOLD else failed(status)
    return Rich(mark, together(told, note(mark)).__html__())


def _times(times: Estimate | None, in_front: bool | None = None) -> Cell:
    """Times the fastest; in a text 1 where nothing tells it apart from that.

    Where the interval is too wide for a number, its lower end if that is above 1, or nothing.
    """
    shown = quantity(shown_ratio, times)
    if times is None or shown is None:
        return times_cell(None)
    text, interval = shown if not in_front else "1", shown.interval
    is_first = times.low is None and times.value == 1.0
    if times.is_too_wide or (times.low is None and not is_first):
        low = 0.0 if in_front or times.low is None else times.low
        text, interval = f"{AT_LEAST}{rounded_down(low)}" if low > 1 else UNKNOWN, ""
    return times_cell(Rich(text, shown.html, interval, shown.in_full), in_front)


def rounded_down(value: float) -> str:
    """``value`` in two significant digits, no more than it is."""
    scale = 10.0 ** decimals_for(value, 2)
    return plain(math.floor(value * scale) / scale, 2)


def mean_text(found: Map) -> Sentence | None:
    """What the last column is; None where there is none."""
    n, n_cases = len(found.mean_cases), len(found.cases)
    if n and not any(row.mean for row in found.arms):
        return Sentence("{}: none, for no arm has all {} usable cases.", MEAN, n)
    which = Sentence("all {}", n) if n == n_cases else Sentence("the {} usable of {}", n, n_cases)
    over = "{}: geometric mean over {} cases, for the arms that have them all."
    return Sentence(over, MEAN, which) if n else None


def signs(drawn: Table) -> Iterator[str]:
    """What the signs in the map mean, as far as they are there."""
    stand = {text for place in range(1, len(drawn.columns)) for text in drawn.cells(place)}
    if any(text.startswith(AT_LEAST) for text in stand):
        yield f"{AT_LEAST}2.0: by its interval at least 2.0 times; {TOO_FEW} how many."
    if UNKNOWN in stand:
        yield f"{UNKNOWN}: {TOO_FEW} how far from the fastest."


def map_csv(findings: Findings) -> str | None:
    """Every arm in every case as a line of CSV, then the means; None for a run of one case."""
    found = findings.case_map
    if found is None:
        return None
    n = counted(len(found.mean_cases), "case")
    heads = [Column(name, interval="beside" if name == "times" else None) for name in IN_CSV]
    rows = (
        (str(row.arm.name), *entry_in_csv(findings, case, one))
        for row in found.arms
        for case, one in zip(findings.cases, row.entries, strict=True)
    )
    means = (
        (str(row.arm.name), f"geometric mean of {n}", *[""] * 4, found.phase, "ok", "",
         row.mean.n, quantity(shown_ratio, row.mean), "")
        for row in found.arms if row.mean
    )  # fmt: skip
    return table("The map", heads, (*rows, *means)).csv()


def entry_in_csv(findings: Findings, case: Findings, one: MapEntry) -> tuple[str | int | None, ...]:
    """What ``IN_CSV`` names besides the arm, of one of the cases of ``findings``."""
    spec, is_unusable = case.run.plan.problem, not case.null_arm.is_usable
    size = (str(spec.objective), spec.n_examples, json.dumps(spec.sizes), spec.batch_size)
    status = "unusable" if one.status == "ok" and is_unusable else one.status
    fared = (findings.main_phase, status, str(one.reason or ""), one.n_blocks)
    label = str(case_label(findings.cases, case))
    return (label, *size, *fared, quantity(shown_ratio, one.times), one.in_front)
