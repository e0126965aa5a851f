"""The map: every arm in every case, as times the fastest there; section, table and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.findings.case_map import Map, MapArm, MapCase, MapEntry
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.arm_parts import arm_mark, times_cell
from reports.outputs.map_cells import AT_LEAST, UNKNOWN, Head, Marks, Missed, Times
from reports.outputs.parts import told
from reports.outputs.quantity import ratio
from reports.outputs.table import Cell, Column, Made, Row, Table, table_of, text_of, texts
from reports.text.cases import case_label, case_links, own_case, short_labels
from reports.text.counted import counted
from reports.text.null_arm import unusable_cause
from reports.text.numbers import TOO_FEW, shown_ratio
from reports.text.phases import sentence, words

MEAN = "mean"
REASON = 160
IN_CSV = (
    *("arm", "case", "problem", "n_examples", "sizes", "batch_size", "phase", "status", "reason"),
    *("n_blocks", "times", "in_front"),
)


@dataclass(frozen=True)
class MapSection:
    """The section, and what the map's words mean in a text."""

    what: object
    title: str  # of the table, in a text
    mean: str
    table: Table
    marks: tuple[str, ...]  # what each letter says
    signs: tuple[str, ...]  # what other signs say, in a text
    cases: tuple[str, ...]  # each in short and in full
    own_case: object


def map_section(findings: Findings, is_own_folder: bool = True) -> MapSection | None:
    """The section; None for a run of one case. ``is_own_folder``: of the report, for the links."""
    found = findings.case_map
    if found is None:
        return None
    marks = Marks()
    heads = heads_of(findings, is_own_folder)
    table = map_table(findings, found, heads, marks)
    labels = [case_label(findings.cases, case) for case in findings.cases]
    return MapSection(
        what=sentence(findings.main_phase, findings.run.plan.problem),
        title=f"The map of {len(found.cases)} cases, {words(found.phase)}: an arm's time ÷ the "
        "fastest arm's in that case; 1: the fastest, or not told apart from it",
        mean=mean_text(found),
        table=table,
        marks=tuple(marks.lines),
        signs=tuple(signs(table)),
        cases=tuple(
            f"{head.problem} {head.size}".strip() + f": {label}"
            for head, label in zip(heads, labels, strict=True)
        ),
        own_case=own_case(findings),
    )


def heads_of(findings: Findings, is_own_folder: bool) -> list[Head]:
    """Above each case what it is called and where it is told of."""
    links = case_links(findings, is_own_folder)
    return [
        Head(*label, link) for label, link in zip(short_labels(findings.cases), links, strict=True)
    ]


def map_table(findings: Findings, found: Map, heads: list[Head], marks: Marks) -> Table:
    """A row an arm from fast to slow, a column a case, then the means where there are any."""
    cases = [
        (Column(head, True, interval="below", may_go=True), _entries(found, place, marks))
        for place, head in enumerate(heads)
    ]
    mean: Made[MapArm] = (Column(MEAN, True, interval="below"), lambda row: _times(row.mean))
    return table_of(
        "Arms by cases, times the fastest of each",
        found.ranked,
        [
            texts("arm", lambda row: arm_mark(findings, row.arm)),
            *cases,
            *([mean] if found.mean_cases else []),
        ],
        lambda row: {"data-arm": told(row.arm.name, 200)},
        kind="map",
        is_main=True,
    )


def _entries(found: Map, place: int, marks: Marks) -> Callable[[MapArm], object]:
    """What makes the cells of the case at ``place``."""
    return lambda row: _entry(found.cases[place], row.entries[place], marks)


def _entry(column: MapCase, one: MapEntry, marks: Marks) -> object:
    """Times the fastest, or why there is no number."""
    if one.times:
        return _times(one.times, one.in_front)
    null = column.case.null_arm
    if one.status == "ok" and not null.is_usable:
        return Missed("unusable", marks.of(f"unusable evidence: {unusable_cause(null)}"))
    if one.status == "ok":
        return Missed("none", marks.of("no block in common with the fastest"))
    reason = told(one.reason or "no reason was given", REASON)
    return Missed(one.status, marks.of(f"{one.status}: {reason}"))


def _times(times: Estimate | None, in_front: bool | None = None) -> Cell:
    if times is None:
        return times_cell(None)
    ends = times.value, times.low, times.high
    return times_cell(Times(*ends, shown_ratio(times), bool(in_front)), in_front)


def mean_text(found: Map) -> str:
    """What the last column is; nothing where there is none."""
    n = len(found.mean_cases)
    if n and any(row.mean for row in found.arms):
        which = f"all {n}" if n == len(found.cases) else f"the {n} of {len(found.cases)} usable"
        return f"{MEAN}: geometric mean over {which} cases, for the arms that have them all."
    return f"{MEAN}: none, for no arm has all {n} usable cases." if n else ""


def signs(table: Table) -> Iterator[str]:
    """What the signs in the map mean, as far as they are there."""
    stand = {text_of(cell) for row in table.rows for cell in row.cells[1:]}
    if any(text.startswith(AT_LEAST) for text in stand):
        yield f"{AT_LEAST}2.0: by its interval at least 2.0 times; {TOO_FEW} how many."
    if UNKNOWN in stand:
        yield f"{UNKNOWN}: {TOO_FEW} how far from the fastest."


def map_csv(findings: Findings) -> str | None:
    """Every arm in every case as a line of CSV, then the means; None for a run of one case."""
    found = findings.case_map
    if found is None:
        return None
    rows = [
        (row.arm.name, *_in_csv(findings, case, one))
        for row in found.arms
        for case, one in zip(findings.cases, row.entries, strict=True)
    ]
    means = [(row.arm.name, *_mean_in_csv(found, row.mean)) for row in found.arms if row.mean]
    columns = tuple(Column(name, interval="beside" if name == "times" else None) for name in IN_CSV)
    return Table("The map", columns, tuple(map(Row, [*rows, *means]))).csv()


def _in_csv(findings: Findings, case: Findings, one: MapEntry) -> tuple[object, ...]:
    spec, is_unusable = case.run.plan.problem, not case.null_arm.is_usable
    size = (spec.objective, spec.n_examples, json.dumps(spec.sizes), spec.batch_size)
    status = "unusable" if one.status == "ok" and is_unusable else one.status
    fared = (findings.main_phase, status, one.reason or "", one.n_blocks)
    return (case_label(findings.cases, case), *size, *fared, ratio(one.times), one.in_front)


def _mean_in_csv(found: Map, mean: Estimate) -> tuple[object, ...]:
    case = f"geometric mean of {counted(len(found.mean_cases), 'case')}"
    return (case, *[""] * 4, found.phase, "ok", "", mean.n, ratio(mean), "")
