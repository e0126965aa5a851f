"""Like with like in words: each framework's autodiff, by execution, from fast to slow."""

from __future__ import annotations

from reports.findings.alike import Alike
from reports.findings.arms import Arm
from reports.findings.fastest import Front
from reports.findings.findings import Findings
from reports.text.arms import library
from reports.text.clause import Clause, Compared, compared
from reports.text.counted import counted
from reports.text.lead import about, what
from reports.text.names import visible
from reports.text.numbers import TOO_FEW, is_too_wide

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
    told = "; ".join(_tier(findings, tier) for tier in one.tiers) + _caution(findings, one)
    over = "" if findings.main_phase == "epoch" else f" over {what(findings)}"
    text = f"Autodiff{over}{on_device(findings, one.device)}, {way(one.execution)}: {told}."
    pairs = zip((None, *one.tiers), one.tiers, strict=False)
    arms = tuple(arm for before, tier in pairs for arm in _compared(findings, before, tier))
    return Clause("execution", text, arms, one.device, one.execution)


def _caution(findings: Findings, one: Alike) -> str:
    """What an *about* means, once for all of them."""
    cells = [findings.cell(arm) for tier in one.tiers for arm in tier.arms]
    is_said = any(cell and cell.seconds and is_too_wide(cell.seconds) for cell in cells)
    return f" (about: {TOO_FEW})" if is_said else ""


def way(execution: str | None) -> str:
    """How calls are handed over, such as ``a step a call``."""
    return EXECUTIONS.get(execution) or visible(execution or "", 40)


def on_device(findings: Findings, device: str) -> str:
    """`` on cuda`` where the run has arms on several devices."""
    several = len({arm.device for arm in findings.others}) > 1
    return f" on {visible(device, 20)}" if several else ""


def _tier(findings: Findings, tier: Front[Arm]) -> str:
    """Arms that are not told apart from their first."""
    *names, last = [_entry(findings, arm) for arm in tier.arms]
    return f"{', '.join(names)} and {last} (not told apart)" if names else last


def _entry(findings: Findings, arm: Arm) -> str:
    cell = findings.cell(arm)
    assert cell is not None
    assert cell.seconds is not None
    notes = [] if arm.dtype == findings.baseline.dtype else [visible(arm.dtype, 20)]
    notes += [f"{counted(arm.steps_a_call, 'step')} a call"] if arm.steps_a_call else []
    name = visible(arm.name, 40) if arm.python or not arm.framework else library(arm)
    return f"{name} {about(cell.seconds)}" + (f" ({', '.join(notes)})" if notes else "")


def _compared(
    findings: Findings, before: Front[Arm] | None, tier: Front[Arm]
) -> tuple[Compared, ...]:
    """The tier's first beside the first of the tier before, its other arms beside its first."""
    slower = [one for one in before.behind if one.arm is tier.first] if before else []
    first = [
        compared(findings, one.arm, before.first, one.ratio, one.is_slower)
        for one in slower
        if before
    ]
    sharing = (compared(findings, one.arm, tier.first, one.ratio) for one in tier.sharing)
    return (*(first or [compared(findings, tier.first)]), *sharing)
