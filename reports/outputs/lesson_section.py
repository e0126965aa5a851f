"""The section on the problem: what is differentiated, and what every arm learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.findings import Findings
from reports.outputs.parts import Rich, marked, none, quantity
from reports.outputs.ranking import took_part
from reports.outputs.table import Cells, Table, table
from reports.text.numbers import plain
from reports.text.parameters import parameters
from reports.text.problem import problem_text, source_text
from reports.text.sentence import Sentence

FIGURES = ("scatter", "losses", "learned")


@dataclass(frozen=True)
class LessonSection:
    """What is trained; of what is not, nothing is learned."""

    text: Sentence
    source: tuple[str, str] | None  # of a user's own: its file, what it says
    figures: tuple[Markup, ...]
    has_truth: bool
    may_miss: bool  # the truth, for want of steps
    learned: Table | None


def lesson_section(findings: Findings, figures: Mapping[str, Markup]) -> LessonSection:
    """The section on the run's own problem."""
    spec = findings.run.plan.problem
    return LessonSection(
        text=problem_text(spec),
        source=(spec.source.file, source_text(spec)) if spec.source else None,
        figures=tuple(figures[name] for name in FIGURES if name in figures),
        has_truth=bool(spec.true),
        may_miss=spec.recovers is False,
        learned=learned_table(findings) if spec.trained else None,
    )


def learned_table(findings: Findings) -> Table:
    """What is true, what the reference found, and what every arm learned."""
    spec = findings.run.plan.problem
    places = parameters(spec)
    distance = ("distance",) if spec.true else ()

    def row(head: str, values: Sequence[float], far: float | None, loss: Rich | None) -> Cells:
        learned = (quantity(plain, values[i], 6) if i < len(values) else None for _, i in places)
        return (head, *learned, *(quantity(plain, far) for _ in distance), loss)

    rows = [row("true", spec.true, None, None)] if spec.true else []
    rows.append(row("float64 reference", spec.reference, None, _last(spec.losses_reference)))
    for arm in took_part(findings):
        loss = _last(arm.losses or ()) if arm.vector else none(arm.status)
        rows.append(row(marked(findings, arm), arm.vector, arm.distance, loss))
    heads, caption = (*(name for name, _ in places), *distance), "Learned beside true"
    return table(caption, ("arm", *heads, "last loss"), rows, folded=f"{caption}, as a table")


def _last(losses: Sequence[float]) -> Rich | None:
    return quantity(plain, losses[-1]) if losses else None
