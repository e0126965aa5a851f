"""The sections on evidence: how sure the numbers are, and whether all computed the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.outputs.parts import failed, marked, none, quantity, span
from reports.outputs.ranking import took_part
from reports.outputs.table import Table, table
from reports.text.evidence import (
    far_blocks_text,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.text.machines import claim_text
from reports.text.null_arm import judgement_text
from reports.text.numbers import plain
from reports.text.sentence import Sentence


@dataclass(frozen=True)
class SureSection:
    """How sure is that?"""

    verdicts: tuple[Sentence, ...]
    is_disturbed: bool
    judgement: Sentence
    far_blocks: Sentence | None
    smallest_effect: Sentence
    claim: Sentence | None  # of several machines a section of its own says it
    spread: Markup


def sure_section(findings: Findings, figures: Mapping[str, Markup]) -> SureSection:
    """The section on what the run can bear."""
    null = findings.null_arm
    return SureSection(
        verdicts=tuple(filter(None, (verdict_counts(findings), twice(findings)))),
        is_disturbed=null.disturbed is not None,
        judgement=judgement_text(null),
        far_blocks=far_blocks_text(findings),
        smallest_effect=smallest_effect(findings),
        claim=None if findings.machines.are_several else claim_text(findings),
        spread=figures.get("spread", Markup()),
    )


@dataclass(frozen=True)
class ChecksSection:
    """Did everybody compute the same thing?"""

    same_program: Sentence
    names: Sentence  # of all checks, in the order they were run
    table: Table


def checks_section(findings: Findings) -> ChecksSection:
    """The section on checks."""
    names = dict.fromkeys(check.name for arm in findings.arms for check in arm.checks)
    return ChecksSection(
        same_program(findings), Sentence.joined(", ", names), checks_table(findings)
    )


def checks_table(findings: Findings) -> Table:
    """A row an arm that took part: its checks and its errors; open where one is wrong."""
    arms, trained = took_part(findings), findings.run.plan.problem.trained
    errors = ("gradient error", "trajectory error")[: 1 + trained]
    rows = (
        (marked(findings, arm), _fared(arm), quantity(plain, arm.gradient_error, 2),
         *([quantity(plain, arm.trajectory_error, 2)] if trained else []))
        for arm in arms
    )  # fmt: skip
    caption, is_open = "Checks by arm", any(arm.status == "wrong" for arm in arms)
    heads = ("arm", "checks", *errors)
    return table(caption, heads, rows, folded=f"{caption}, as a table", is_open=is_open)


def _fared(arm: Arm) -> str:
    """How an arm fared in its checks."""
    passed = f"{sum(check.ok for check in arm.checks)} passed"
    wrong = next((check for check in arm.checks if not check.ok), None)
    if wrong:
        return Sentence("{}, {}", failed(Sentence("failed {}", wrong.name)), passed)
    return span(passed, "pass") if arm.checks else none("not run")
