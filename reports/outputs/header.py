"""The head of the page: what the run found, what to beware of, and what it is a run of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.findings.findings import Findings
from reports.findings.names import named, visible
from reports.text.answers import Answer, answers
from reports.text.cases import size_label
from reports.text.counted import counted
from reports.text.evidence import caveats, measured_on
from reports.text.headline import headline
from reports.text.pairs import gate_sentence
from reports.text.sentence import Sentence


@dataclass(frozen=True)
class Header:
    """What stands above everything else."""

    title: str
    run: str
    created: str
    first: Sentence
    rest: tuple[str, ...]
    warnings: tuple[Sentence, ...]
    answers: tuple[Answer, ...]
    facts: tuple[Sentence, ...]


def header(findings: Findings) -> Header:
    """The head of the page of ``findings``."""
    found, run = headline(findings), findings.run
    spec, name = run.plan.problem, named(run.name)
    epochs = Sentence(", {}", counted(spec.epochs, "epoch")) if spec.trained else ""
    return Header(
        title=f"{name!s} · autograd-bench",
        run=name,
        created=moment(run.plan.created),
        first=found.first,
        rest=tuple(clause.text for clause in found.of_kind("baseline")),
        warnings=warnings(findings),
        answers=answers(findings),
        facts=(
            measured_on(findings),
            Sentence("{}, profile {};", counted(len(run.plan.blocks), "block"), run.plan.profile),
            Sentence("{}{}.", size_label(spec), epochs),
        ),
    )


def warnings(findings: Findings) -> tuple[Sentence, ...]:
    """What must be known before anything else is believed."""
    is_regression = findings.gate is not None and findings.gate.outcome == "regression"
    gate = gate_sentence(findings) if is_regression else None
    return (*([gate] if gate else []), *caveats(findings))


def moment(created: str) -> str:
    """An ISO 8601 time without its seconds; anything else as it stands."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return visible(created, 40)
