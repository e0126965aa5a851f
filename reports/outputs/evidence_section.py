"""The sections on evidence: how sure the numbers are, and whether all computed the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.outputs.arm_parts import arm_mark, took_part
from reports.outputs.parts import Listed, Span, failed, none, told
from reports.outputs.quantity import number
from reports.outputs.table import Table, numbers, table_of, texts
from reports.text.evidence import same_program, smallest_effect, twice, verdict_counts
from reports.text.far_blocks import far_blocks_text
from reports.text.null_arm import judgement_text


@dataclass(frozen=True)
class SureSection:
    """How sure the numbers are."""

    counts: object
    twice: object
    is_disturbed: bool
    judgement: object
    far_blocks: object
    smallest_effect: object
    spread: Markup


def sure_section(findings: Findings, figures: Mapping[str, Markup]) -> SureSection:
    """The section on what the run can bear."""
    return SureSection(
        counts=verdict_counts(findings),
        twice=twice(findings),
        is_disturbed=findings.null_arm.disturbed is not None,
        judgement=judgement_text(findings.null_arm),
        far_blocks=far_blocks_text(findings),
        smallest_effect=smallest_effect(findings),
        spread=figures.get("spread", Markup()),
    )


@dataclass(frozen=True)
class ChecksSection:
    """Whether everybody computed the same."""

    same_program: object
    names: str  # of all checks, in the order they were run
    table: Table


def checks_section(findings: Findings) -> ChecksSection:
    """The section on checks."""
    names = (check.name for arm in findings.arms for check in arm.checks)
    listed = ", ".join(told(name) for name in dict.fromkeys(names))
    return ChecksSection(same_program(findings), listed, checks_table(findings))


def checks_table(findings: Findings) -> Table:
    """A row an arm that took part: its checks and its errors; open where one is wrong."""
    arms = took_part(findings)
    trajectory = numbers("trajectory error", lambda arm: number(arm.trajectory_error, 2))
    return table_of(
        "Checks by arm",
        arms,
        [
            texts("arm", lambda arm: arm_mark(findings, arm)),
            texts("checks", _fared),
            numbers("gradient error", lambda arm: number(arm.gradient_error, 2)),
            *([trajectory] if findings.run.plan.problem.trained else []),
        ],
        folded="Checks by arm, as a table",
        is_open=any(arm.status == "wrong" for arm in arms),
    )


def _fared(arm: Arm) -> Span | Listed:
    """How an arm fared in its checks."""
    passed = f"{sum(check.ok for check in arm.checks)} passed"
    wrong = next((check for check in arm.checks if not check.ok), None)
    if wrong:
        return Listed((failed(f"failed {told(wrong.name)}"), passed))
    return Span(passed, "pass") if arm.checks else none("not run")
