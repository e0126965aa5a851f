"""Like with like in words: each framework's autodiff, by execution, from fast to slow."""

from __future__ import annotations

from reports.findings.alike import Alike
from reports.findings.arms import Arm
from reports.findings.compared import Compared
from reports.findings.fastest import Front
from reports.findings.findings import Findings
from reports.text.arms import library
from reports.text.clause import Clause
from reports.text.counted import counted
from reports.text.lead import about, what
from reports.text.machines import there
from reports.text.numbers import TOO_FEW
from reports.text.sentence import Sentence, listed

EXECUTIONS = {
    "compiled epoch": "an epoch in one call or a few",
    "compiled step": "a step a call",
    "eager": "eager",
    None: "of unknown execution",
}


def alike_clauses(findings: Findings) -> tuple[Clause, ...]:
    """A clause for each device and execution that has autodiff arms with a time."""
    return tuple(_clause(findings, one) for one in findings.alike)


def _clause(findings: Findings, one: Alike) -> Clause:
    told = Sentence.joined("; ", (_tier(findings, tier) for tier in one.tiers))
    over = "" if findings.main_phase == "epoch" else Sentence(" over {}", what(findings))
    device = on_device(findings, one.device)
    pairs = zip((None, *one.tiers), one.tiers, strict=False)
    return Clause(
        "execution",
        Sentence("{}{}.", told, _caution(findings, one)),
        arms=tuple(arm for before, tier in pairs for arm in _compared(findings, before, tier)),
        device=one.device,
        execution=one.execution,
        about=Sentence("Autodiff{}{}{}, {}", over, device, there(findings), way(one.execution)),
    )


def _caution(findings: Findings, one: Alike) -> str:
    """What an *about* means, once for all of them."""
    cells = [findings.cell(arm) for tier in one.tiers for arm in tier.arms]
    is_said = any(cell and cell.seconds and cell.seconds.is_too_wide for cell in cells)
    return f" (about: {TOO_FEW})" if is_said else ""


def way(execution: str | None) -> str:
    """How calls are handed over, such as ``a step a call``."""
    return EXECUTIONS.get(execution) or execution or ""


def on_device(findings: Findings, device: str) -> Sentence:
    """`` on cuda`` where the run has arms on several devices."""
    return Sentence(" on {}", device) if findings.differ_in("device") else Sentence()


def _tier(findings: Findings, tier: Front[Arm]) -> Sentence:
    """Arms that are not told apart from their first."""
    entries = listed([_entry(findings, arm) for arm in tier.arms])
    return entries + ("" if len(tier.arms) == 1 else " (not told apart)")


def _entry(findings: Findings, arm: Arm) -> Sentence:
    cell = findings.cell(arm)
    assert cell is not None
    assert cell.seconds is not None
    notes = [] if arm.dtype == findings.baseline.dtype else [arm.dtype]
    if arm.steps_a_call:
        notes.append(Sentence("{} a call", counted(arm.steps_a_call, "step")))
    aside = Sentence(" ({})", Sentence.joined(", ", notes)) if notes else ""
    name = arm.name if arm.python or not arm.framework else library(arm)
    return Sentence("{} {}{}", name, about(cell.seconds), aside)


def _compared(
    findings: Findings, before: Front[Arm] | None, tier: Front[Arm]
) -> tuple[Compared, ...]:
    """The tier's first beside the first of the tier before, its other arms beside its first."""
    slower = [one for one in before.behind if one.arm is tier.first] if before else []
    first = [
        findings.compared(one.arm, before.first, one.ratio, one.is_slower)
        for one in slower
        if before
    ]
    sharing = (findings.compared(one.arm, tier.first, one.ratio) for one in tier.sharing)
    return (*(first or [findings.compared(tier.first)]), *sharing)
