"""Machines side by side: every arm in every case on every machine, and each machine's own part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.findings.findings import Findings
from reports.findings.side_by_side import MachineRun, SideBySide
from reports.outputs.header import Header, header
from reports.outputs.map_section import (
    IN_CSV,
    Marks,
    entry_cell,
    entry_in_csv,
    head,
    signs,
)
from reports.outputs.parts import Rich, marked, quantity
from reports.outputs.ranking import ranking_table
from reports.outputs.table import Column, Row, Table, table
from reports.text.cases import case_links, short_labels
from reports.text.numbers import shown_ratio, shown_seconds
from reports.text.phases import words
from reports.text.sentence import Sentence
from reports.text.side_by_side import differences, key_text, machine_heads, machine_names

OWN = ("seconds", "ratio")  # of an arm on a machine, besides what a map of cases has


@dataclass(frozen=True)
class SideBySideSection:
    """Every arm on every machine."""

    phase: str
    has_spread_runs: bool
    table: Table
    signs: tuple[str, ...]
    marks: tuple[Sentence, ...]  # what each letter says
    key: tuple[Sentence, ...]  # what each machine is in full
    differences: tuple[Sentence, ...]


def side_by_side_section(found: SideBySide) -> SideBySideSection:
    """The map with a column a machine, and what its columns, signs and letters stand for."""
    marks = Marks()
    drawn = machines_table(found, marks)
    pairs = zip(machine_names(found), found.machines, strict=True)
    return SideBySideSection(
        phase=words(found.phase),
        has_spread_runs=found.has_spread_runs,
        table=drawn,
        signs=tuple(signs(drawn)),
        marks=tuple(Sentence("{} {}", mark, text) for text, mark in marks.found.items()),
        key=tuple(key_text(*pair) for pair in pairs),
        differences=differences(found),
    )


def machines_table(found: SideBySide, marks: Marks) -> Table:
    """A row an arm, a column a case on a machine."""
    heads = [
        Column(one, is_number=True, interval="below", may_go=True) for one in column_heads(found)
    ]
    rows = (
        Row(
            (
                marked(row.home, row.arm),
                *(
                    entry_cell(*pair, marks)
                    for pair in zip(found.columns, row.entries, strict=True)
                ),
            ),
            {"data-arm": str(row.arm.name)},
        )
        for row in found.arms
    )
    caption = "Arms by machines, times the fastest of each column"
    return table(caption, ("arm", *heads), rows, kind="map", is_main=True)


def column_heads(found: SideBySide) -> list[Rich]:
    """Above each column its machine, and its case where there are several, as a link to it."""
    cases = found.first.cases
    labels = short_labels(cases) if len(cases) > 1 else (("", ""),)
    machines, links = machine_heads(found), [*map(_links, found.machines)]
    keys = [case.case_key for case in cases]
    heads = []
    for column in found.columns:
        label = labels[keys.index(column.case.case_key)]
        link = links[column.machine][column.case.case_key]
        heads.append(head(link, *(line for line in (*label, *machines[column.machine]) if line)))
    return heads


def _links(one: MachineRun) -> dict[tuple[object, ...], str]:
    """By case, where a run's own report tells of it."""
    pairs = zip(one.findings.cases, case_links(one.findings, False), strict=True)
    page = {True: "index.html", False: ""}  # a place on the run's own page, or a page of its own
    return {c.case_key: f"{one.report}/{page[link[0] == '#']}{link}" for c, link in pairs}


@dataclass(frozen=True)
class MachineSection:
    """What one machine found."""

    head: Header
    report: str  # where the run's own page is
    is_of_several: bool  # machines
    table: Table


def machine_section(one: MachineRun) -> MachineSection:
    """A machine's own headline and evidence, and its ranking."""
    summary = "Every arm's time and its ratio to the baseline"
    ranking = replace(ranking_table(one.findings), is_main=False, folded=summary)
    page = f"{one.report}/index.html"
    return MachineSection(header(one.findings), page, one.is_of_several, ranking)


def machines_csv(found: SideBySide) -> str:
    """Every arm in every case on every machine as a line of CSV."""
    first, *others = IN_CSV
    wide = ("times", *OWN)
    names = (first, "machine", "run", *others, *OWN, "baseline")
    heads = [Column(name, interval="beside" if name in wide else None) for name in names]
    machines = machine_names(found)
    rows = (
        (
            *(str(row.arm.name), str(machines[column.machine])),
            str(found.machines[column.machine].run),
            *entry_in_csv(_of(found, column.machine), column.case, one),
            *(quantity(shown_seconds, one.seconds), quantity(shown_ratio, one.ratio)),
            str(one.baseline.name) if one.baseline else None,
        )
        for row in found.arms
        for column, one in zip(found.columns, row.entries, strict=True)
    )
    return table("The map", heads, rows).csv()


def _of(found: SideBySide, machine: int) -> Findings:
    return found.machines[machine].findings
