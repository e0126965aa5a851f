"""The ranking: every arm that took part in the main phase, from fast to slow."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.cells import Cell as Timed
from reports.findings.findings import Findings
from reports.outputs.arm_parts import (
    arm_mark,
    dim,
    flagged,
    noted,
    times_cell,
    took_part,
)
from reports.outputs.code_section import CodeSection
from reports.outputs.facets import Facet, facet_of, facets
from reports.outputs.parts import (
    Several,
    Span,
    below,
    failed,
    listed,
    named,
    note,
    told,
    verdict,
)
from reports.outputs.quantity import ratio, seconds
from reports.outputs.table import PAGE, TEXT, Column, Made, Table, numbers, table_of
from reports.text.headline import baselines_text
from reports.text.lead import ranking_text
from reports.text.numbers import is_too_wide
from reports.text.phases import sentence
from reports.text.sentence import Name

EVIDENT = 1.5  # a ratio this far from 1 says faster or slower by itself
WORDS = ("arm", "block", "null arm", "times the fastest", "execution", "form", "status", "margin",
         "verdict", "limit")  # fmt: skip
CODE = Markup('<a class="note" href="#{}" aria-label="code of {}">code</a>')


@dataclass(frozen=True)
class RankingSection:
    """The section on who is fastest."""

    lead: object
    what: str
    baseline: Name
    baselines: object
    is_trained: bool
    is_vague: bool
    facets: tuple[Facet, ...]
    table: Table
    words: tuple[str, ...]
    left_out: tuple[Several, ...]
    troubles: tuple[Several, ...]


def ranking_section(findings: Findings, code: CodeSection | None) -> RankingSection:
    """The section; ``code``: where each arm's code stands."""
    return RankingSection(
        lead=ranking_text(findings),
        what=sentence(findings.main_phase, findings.run.plan.problem),
        baseline=named(findings.baseline.name),
        baselines=baselines_text(findings),
        is_trained=findings.run.plan.problem.trained,
        is_vague=any(map(is_vague, findings.ranking)),
        facets=facets(findings),
        table=ranking_table(findings, code),
        words=WORDS,
        left_out=tuple(
            Several(listed(one.names), note(one.status), told(one.reason))
            for one in findings.left_out
        ),
        troubles=tuple(map(_trouble, filter(lambda arm: arm.reason, took_part(findings)))),
    )


def _trouble(arm: Arm) -> Several:
    """What went wrong with an arm."""
    fared = note(f"numbers from its {arm.n_ok} good blocks")
    check = f"check: {told(arm.failed_check)}" if arm.failed_check else None
    return Several(
        Span(named(arm.name), "verdict"),
        fared if arm.status == "ok" else failed(arm.status),
        told(arm.reason or ""),
        note(check) if check else None,
    )


def ranking_table(findings: Findings, code: CodeSection | None = None) -> Table:
    """A row an arm: times the fastest, its time, what it is, its ratio and verdict."""
    every = facets(findings)
    beside = {
        one.arm: times_cell(ratio(one.times), one.in_front) for one in findings.beside_fastest
    }
    ratios = Column("ratio to the baseline", True, interval="beside")
    columns: tuple[Made[Timed], ...] = (
        (Column("arm", outputs=PAGE), lambda cell: _head(findings, cell.arm, code)),
        (Column("arm", outputs=TEXT), lambda cell: _name(findings, cell.arm)),
        numbers("times the fastest", lambda cell: beside.get(cell.arm, times_cell(None))),
        numbers("time", lambda cell: noted(seconds(cell.seconds), *flagged(cell.overhead))),
        *(_facet_column(facet) for facet in every if not facet.is_shared),
        (Column("status", outputs=PAGE), status),
        (ratios, lambda cell: ratio(cell.ratio)),
        (Column("verdict", outputs=PAGE), lambda cell: _verdict(findings, cell)),
        (Column("verdict", outputs=TEXT), lambda cell: _outcome(findings, cell)),
    )
    return table_of(
        "Arms by their time, with ratio and verdict",
        findings.ranking,
        columns,
        lambda cell: (
            _attributes(cell) | {f"data-{f.key}": facet_of(cell.arm, f.key) for f in every}
        ),
        kind="ranking",
        is_main=True,
    )


def _head(findings: Findings, arm: Arm, code: CodeSection | None) -> Several:
    """The arm, where its code is, and what it ran by."""
    name, anchor = named(arm.name), code.links.get(arm.index) if code else None
    return Several(
        arm_mark(findings, arm),
        CODE.format(anchor, str(name)) if anchor else None,
        below(Several("by", named(arm.python))) if arm.python else None,
        *_version(findings, arm),
    )


def _name(findings: Findings, arm: Arm) -> Several:
    return Several(named(arm.name), *_version(findings, arm))


def _version(findings: Findings, arm: Arm) -> tuple[Span, ...]:
    """Framework and version, where one framework ran in several."""
    version = findings.versions.get(arm)
    return (below(named(version)),) if version else ()


def status(cell: Timed) -> Span:
    """Whether the arm passed, or how it failed."""
    return Span("passed", "pass") if cell.seconds else failed(cell.status)


def _attributes(cell: Timed) -> dict[str, object]:
    """What the page's script knows a row by."""
    timed = {"data-seconds": cell.seconds.value} if cell.seconds else {"data-untimed": None}
    return {"data-arm": told(cell.arm.name, 200), **dim(cell.arm), **timed}


def _facet_column(facet: Facet) -> Made[Timed]:
    def cell(timed: Timed) -> Several:
        arm = timed.arm
        version = arm.framework_version if facet.key == "framework" else None
        return Several(Name(facet_of(arm, facet.key)), below(named(version)) if version else None)

    return Column(facet.word, kind="text", outputs=PAGE), cell


def _verdict(findings: Findings, cell: Timed) -> Span | None:
    """The verdict where it informs."""
    found = verdict_of(findings, cell)
    role = note("baseline") if cell.is_baseline and cell.seconds else None
    return verdict(found) if found else role


def _outcome(findings: Findings, cell: Timed) -> Span | None:
    """The verdict, or what stands in its place."""
    if not cell.seconds:
        return failed(cell.status)
    if cell.is_baseline or cell.is_null:
        return note("baseline" if cell.is_baseline else "null arm")
    found = findings.verdict(cell)
    return verdict(found) if found else None


def verdict_of(findings: Findings, cell: Timed) -> str:
    """The cell's verdict where it informs: not where the ratio says as much by itself."""
    found = findings.verdict(cell) if cell.seconds else ""
    if found not in ("faster", "slower") or cell.ratio is None or is_too_wide(cell.ratio):
        return found
    return found if 1 / EVIDENT < cell.ratio.value < EVIDENT else ""


def is_vague(cell: Timed) -> bool:
    """Whether there are too few blocks for an interval of its time or ratio."""
    return any(one is not None and is_too_wide(one) for one in (cell.seconds, cell.ratio))
