"""The head of the page: what the run found, what to beware of, and what it is a run of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.findings.findings import Findings
from reports.outputs.parts import named, told
from reports.text.answers import Answer, answers
from reports.text.cases import size_label
from reports.text.counted import counted
from reports.text.evidence import caveats, measured_on
from reports.text.headline import headline
from reports.text.pairs import gate_sentence
from reports.text.sentence import Name


@dataclass(frozen=True)
class Header:
    """What stands above everything else."""

    run: Name
    created: str
    first: object
    rest: tuple[object, ...]
    warnings: tuple[object, ...]
    answers: tuple[Answer, ...]
    facts: tuple[object, ...]


def header(findings: Findings) -> Header:
    """The head of the page of ``findings``."""
    found = headline(findings)
    return Header(
        run=named(findings.run.name),
        created=moment(findings.run.plan.created),
        first=found.first,
        rest=tuple(clause.text for clause in found.of_kind("baseline")),
        warnings=warnings(findings),
        answers=answers(findings),
        facts=(measured_on(findings), *_facts(findings)),
    )


def warnings(findings: Findings) -> tuple[object, ...]:
    """What must be known before anything else is believed."""
    is_regression = findings.gate is not None and findings.gate.outcome == "regression"
    return (*([gate_sentence(findings)] if is_regression else []), *caveats(findings))


def _facts(findings: Findings) -> tuple[str, ...]:
    """How much was measured, of what."""
    plan = findings.run.plan
    end = f", {counted(plan.problem.epochs, 'epoch')}" if plan.problem.trained else ""
    blocks = counted(len(plan.blocks), "block")
    return f"{blocks}, profile {told(plan.profile, 30)};", f"{size_label(plan.problem)}{end}."


def moment(created: str) -> str:
    """An ISO 8601 time without its seconds; anything else as it stands."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return told(created, 40)
