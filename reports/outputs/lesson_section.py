"""The section on the problem: what is differentiated, and what every arm learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.findings import Findings
from reports.outputs.arm_parts import arm_mark, took_part
from reports.outputs.parts import none, told
from reports.outputs.quantity import number
from reports.outputs.table import Column, Row, Table
from reports.text.parameters import parameters
from reports.text.problem import problem_text, source_text

FIGURES = ("scatter", "losses", "learned")


@dataclass(frozen=True)
class LessonSection:
    """The section; without ``learned`` nothing is trained."""

    text: object
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
        source=(told(spec.source.file), source_text(spec)) if spec.source else None,
        figures=tuple(figures[name] for name in FIGURES if name in figures),
        has_truth=bool(spec.true),
        may_miss=spec.recovers is False,
        learned=learned_table(findings) if spec.trained else None,
    )


def learned_table(findings: Findings) -> Table:
    """What is true, what the reference found, and what every arm learned."""
    spec = findings.run.plan.problem
    places = parameters(spec)
    last = ("distance",) if spec.true else ()
    headings = (*(name for name, _ in places), *last, "last loss")
    columns = (Column("arm"), *(Column(heading, True) for heading in headings))

    def row(head: object, values: Sequence[float], distance: object, losses: object) -> Row:
        learned = (number(values[i], 6) if i < len(values) else None for _, i in places)
        return Row((head, *learned, *([distance] if spec.true else []), losses))

    rows = [row("true", spec.true, None, None)] if spec.true else []
    rows.append(row("float64 reference", spec.reference, None, _last(spec.losses_reference)))
    for arm in took_part(findings):
        loss = _last(arm.losses or ()) if arm.vector else none(arm.status)
        rows.append(row(arm_mark(findings, arm), arm.vector or (), number(arm.distance), loss))
    caption = "Learned beside true"
    return Table(caption, columns, tuple(rows), folded=f"{caption}, as a table")


def _last(losses: Sequence[float]) -> object:
    return number(losses[-1]) if losses else None
