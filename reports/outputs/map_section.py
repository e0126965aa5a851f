"""The map on the page: everything that its template asks for."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings.case_map import MapCase, MapEntry
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.map_tables import Marks, entry_texts
from reports.text.cases import case_links, short_labels


@dataclass(frozen=True)
class Head:
    """Above a case: what it is called, and where its page is."""

    problem: str
    size: str
    link: str


@dataclass(frozen=True)
class Spot:
    """An arm in a case: times the fastest there, or what stands in its place."""

    times: Estimate | None
    in_front: bool
    status: str
    mark: str


def map_section(findings: Findings, is_own_folder: bool) -> dict[str, object]:
    """What ``map.html`` needs; ``map`` is None for a run of one case."""
    found, marks = findings.case_map, Marks()
    if found is None:
        return {"map": None}
    rows = [
        (row.arm, [_spot(*pair, marks) for pair in zip(found.cases, row.entries, strict=True)],
         row.mean)
        for row in found.ranked
    ]  # fmt: skip
    labels, links = short_labels(findings.cases), case_links(findings, is_own_folder)
    heads = [Head(*label, link) for label, link in zip(labels, links, strict=True)]
    return {"map": found, "map_heads": heads, "map_rows": rows, "map_marks": marks.lines}


def _spot(column: MapCase, one: MapEntry, marks: Marks) -> Spot:
    status = one.status if one.status != "ok" or column.case.null_arm.is_usable else "unusable"
    mark = "" if one.times else entry_texts(column, one, marks)[0]
    return Spot(one.times, bool(one.in_front), status if status != "ok" else "none", mark)
