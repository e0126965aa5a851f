"""cells.json: the findings of a run as one JSON object, with what they say in words."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.findings.break_even import BreakEven
from reports.findings.case_map import MapCase
from reports.findings.document import means
from reports.findings.findings import Findings
from reports.findings.further_size import Size
from reports.findings.null_arm import NullArm
from reports.findings.pairs import Gate
from reports.findings.point import Point
from reports.outputs.encoder import Json, Texts, as_object
from reports.text.break_even import break_even_text
from reports.text.clause import Clause
from reports.text.environment import environment
from reports.text.headline import headline, sentences
from reports.text.null_arm import judgement_text, unusable_text
from reports.text.pairs import gate_text

Unusable = Annotated[str | None, means("Why the evidence is unusable. Null where it is usable.")]
Clauses = Annotated[tuple[Clause, ...], Meta(min_length=1)]
Sentences = tuple[Annotated[str, means("A sentence.")], ...]
AHEAD = (
    "Who is ahead at first and in the long run, as far as the intervals show it at the bar of a "
    "verdict; else that it is not shown, and why."
)


def _unusable(one: Findings | Size) -> Unusable:
    return unusable_text(one.null_arm)


def unusable_case(one: Point | MapCase) -> Unusable:
    """Why a case is unusable, of a part that is of one."""
    return unusable_text(one.case.null_arm)


def _clauses(findings: Findings) -> Clauses:
    return headline(findings).clauses


def _sentences(findings: Findings) -> Sentences:
    return sentences(findings)


TEXTS: Texts = {
    Findings: {
        "unusable": (_unusable, None),
        "headline": (
            _clauses,
            "What the run found, clause by clause, each with the numbers that bear it.",
        ),
        "sentences": (_sentences, "The run in words."),
        "environment": (environment, None),
    },
    Size: {"unusable": (_unusable, None)},
    Point: {"unusable": (unusable_case, None)},
    MapCase: {"unusable": (unusable_case, None)},
    NullArm: {"text": (judgement_text, "The judgement in a sentence.")},
    BreakEven: {"text": (break_even_text, AHEAD)},
    Gate: {"text": (gate_text, "The same in words.")},
}


def cells_json(findings: Findings) -> dict[str, Json]:
    """The run's facts, arms and cells; a number that does not exist is null, never NaN."""
    return as_object(findings, TEXTS)
