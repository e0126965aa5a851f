"""The ranking: every arm that took part in the main phase, from fast to slow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.cells import Cell as Timed
from reports.findings.findings import Findings
from reports.outputs.code_section import CodeSection
from reports.outputs.parts import (
    Rich,
    below,
    failed,
    harness_share,
    marked,
    note,
    quantity,
    span,
    together,
    verdict,
)
from reports.outputs.table import PAGE, TEXT, Cell, Column, Row, Table, table
from reports.text.counted import counted
from reports.text.headline import baselines_text
from reports.text.lead import ranking_text, what
from reports.text.machines import there
from reports.text.numbers import shown_ratio, shown_seconds
from reports.text.sentence import Sentence

FACETS = {  # what an arm is; as a column, and as a filter where arms differ in it
    "framework": "engine",
    "differentiation": "derivative",
    "execution": "execution",
    "form": "form",
    "device": "device",
    "dtype": "dtype",
}
UNKNOWN = "not known"
DEEPEST = 3  # decades behind the fastest, from where on the tint is as deep as it gets
EVIDENT = 1.5  # a ratio this far from 1 says faster or slower by itself
CODE = Markup('<a class="note" href="#{}" aria-label="code of {}">code</a>')


@dataclass(frozen=True)
class Facet:
    """One property of arms: its key, its word, and its values in the order of the rows."""

    key: str
    word: str
    values: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        """Whether all arms have one and the same value."""
        return len(self.values) == 1


@dataclass(frozen=True)
class RankingSection:
    """Who is fastest, and by how much."""

    lead: Sentence | None
    what: Sentence
    baseline: str
    baselines: Sentence | None
    is_trained: bool
    is_vague: bool
    are_several: bool  # the machines
    facets: tuple[Facet, ...]
    table: Table
    left_out: tuple[Sentence, ...]
    troubles: tuple[Sentence, ...]


def ranking_section(findings: Findings, code: CodeSection | None) -> RankingSection:
    """The section; ``code``: where each arm's code stands."""
    return RankingSection(
        lead=ranking_text(findings),
        what=what(findings),
        baseline=findings.baseline.name,
        baselines=baselines_text(findings),
        is_trained=findings.run.plan.problem.trained,
        is_vague=any(map(is_vague, findings.ranking)),
        are_several=findings.machines.are_several,
        facets=facets(findings),
        table=ranking_table(findings, code),
        left_out=tuple(
            together(Sentence.joined(", ", one.names), note(one.status), one.reason)
            for one in findings.left_out
        ),
        troubles=tuple(_trouble(arm) for arm in took_part(findings) if arm.reason),
    )


def took_part(findings: Findings) -> list[Arm]:
    """The arms that were measured, null arms left out."""
    return [arm for arm in findings.others if not arm.is_left_out]


def _trouble(arm: Arm) -> Sentence:
    """What went wrong with an arm."""
    is_ok = arm.status == "ok"
    good = Sentence("numbers from its {}", counted(arm.n_ok, "good block"))
    fared = note(good) if is_ok else failed(arm.status)
    check = note(Sentence("check: {}", arm.failed_check)) if arm.failed_check else None
    return together(span(arm.name, "verdict"), fared, arm.reason, check)


def ranking_table(findings: Findings, code: CodeSection | None = None) -> Table:
    """A row an arm: times the fastest, its time, what it is, its ratio and verdict."""
    beside = {
        one.arm: times_cell(quantity(shown_ratio, one.times), one.in_front)
        for one in findings.beside_fastest
    }
    differing = [one for one in facets(findings) if not one.is_shared]
    time = f"time{there(findings)}"
    heads = (
        *(Column("arm", PAGE), Column("arm", TEXT)),
        *(Column("times the fastest", is_number=True), Column(time, is_number=True)),
        *(Column(facet.word, PAGE, "text") for facet in differing),
        *(Column("status", PAGE), Column("ratio to the baseline", interval="beside")),
        *(Column("verdict", PAGE), Column("verdict", TEXT)),
    )
    rows = (
        Row(
            (
                *_heads(findings, cell.arm, code),
                beside.get(cell.arm, times_cell(None)),
                time_cell(cell, only_flagged=True),
                *(_facet_cell(cell.arm, facet.key) for facet in differing),
                span("passed", "pass") if cell.status == "ok" else failed(cell.status),
                quantity(shown_ratio, cell.ratio),
                *_verdicts(findings, cell),
            ),
            _attributes(findings, cell),
        )
        for cell in findings.ranking
    )
    caption = "Arms by their time, with ratio and verdict"
    return table(caption, heads, rows, kind="ranking", is_main=True)


def _heads(findings: Findings, arm: Arm, code: CodeSection | None) -> tuple[Sentence, Sentence]:
    """The arm with where its code is and what it ran by; the same for a text."""
    anchor = code.links.get(arm.index) if code else None
    link = Rich("code", CODE.format(anchor, str(arm.name))) if anchor else None
    by = below(Sentence("by {}", arm.python)) if arm.python else None
    version = below(findings.versions[arm]) if arm in findings.versions else None
    return together(marked(findings, arm), link, by, version), together(arm.name, version)


def _attributes(findings: Findings, cell: Timed) -> dict[str, object]:
    """What the page's script knows a row by."""
    arm = cell.arm
    return {
        "data-arm": str(arm.name),
        "class": "dim" * arm.is_null,
        **({"data-seconds": cell.seconds.value} if cell.seconds else {"data-untimed": None}),
        **_times(findings, arm),
        **{f"data-{one.key}": str(facet_of(arm, one.key)) for one in facets(findings)},
    }


def _times(findings: Findings, arm: Arm) -> dict[str, float]:
    """Of several machines times the fastest over all, as ratios of one's seconds are not theirs."""
    found = {one.arm: one.times for one in findings.beside_fastest}
    times = found.get(arm) if findings.machines.are_several else None
    return {"data-times": times.value} if times else {}


def times_cell(times: Rich | None, in_front: bool | None = None) -> Cell:
    """Times the fastest, tinted by how many."""
    value = times.in_full[0] if times else None
    return Cell(times, "times front" if in_front else "times", tint(value) if value else None)


def tint(times: float) -> int:
    """How deep a cell is tinted, in per cent, by how many times the fastest it tells."""
    return round(100 * min(max(math.log10(times), 0) / DEEPEST, 1)) if times > 0 else 0


def time_cell(cell: Timed | None, only_flagged: bool = False) -> Rich | None:
    """A time with the harness's share of it, as far as that is known or flagged."""
    time = quantity(shown_seconds, cell.seconds) if cell else None
    return time.noted(*harness_share(cell.overhead, only_flagged)) if cell and time else None


def _facet_cell(arm: Arm, key: str) -> Sentence:
    version = arm.framework_version if key == "framework" else None
    return together(facet_of(arm, key), below(version) if version else None)


def _verdicts(findings: Findings, cell: Timed) -> tuple[Rich | None, Rich | None]:
    """On the page the verdict where it informs; in a text always, or what is in its place."""
    told, informing = findings.verdict(cell), verdict_of(findings, cell)
    role = "baseline" if cell.is_baseline else "null arm" if cell.is_null else ""
    own = note("baseline") if cell.is_baseline and cell.seconds else None
    text = note(role) if role else verdict(told) if told else None
    shown = text if cell.status == "ok" else failed(cell.status)
    return verdict(informing) if informing else own, shown


def facets(findings: Findings) -> tuple[Facet, ...]:
    """Every property by which the rows of the ranking may differ, and of which any arm tells."""
    arms = [cell.arm for cell in findings.ranking]
    every = (
        Facet(key, word, tuple(dict.fromkeys(str(facet_of(arm, key)) for arm in arms)))
        for key, word in FACETS.items()
    )
    # Runs before it was recorded tell no form
    return tuple(one for one in every if one.key != "form" or one.values != (UNKNOWN,))


def facet_of(arm: Arm, key: str) -> str:
    """What the arm is in respect of ``key``, in words."""
    value: str | None = getattr(arm, key)
    return value or UNKNOWN


def verdict_of(findings: Findings, cell: Timed) -> str:
    """The cell's verdict where it informs: not where the ratio says as much by itself."""
    found = findings.verdict(cell) if cell.status == "ok" else ""
    if found not in ("faster", "slower") or cell.ratio is None or cell.ratio.is_too_wide:
        return found
    return found if 1 / EVIDENT < cell.ratio.value < EVIDENT else ""


def is_vague(cell: Timed) -> bool:
    """Whether there are too few blocks for an interval of its time or ratio."""
    return any(one is not None and one.is_too_wide for one in (cell.seconds, cell.ratio))
