"""Like with like in words: each framework's autodiff, by execution, from fast to slow."""

from __future__ import annotations

from reports.estimates.alike import Alike, alike
from reports.estimates.fastest import Front
from reports.estimates.ratios import Summary
from reports.facts.calls import steps_a_call
from reports.words.arm_words import library
from reports.words.clause import Clause, Compared
from reports.words.counted import counted
from reports.words.lead_words import about, what
from reports.words.names import visible
from reports.words.numbers import TOO_FEW, is_too_wide

EXECUTIONS = {
    "compiled epoch": "an epoch in one call or a few",
    "compiled step": "a step a call",
    "eager": "eager",
    None: "of unknown execution",
}


def alike_clauses(summary: Summary) -> tuple[Clause, ...]:
    """A clause for each device and execution that has autodiff arms with a time."""
    return tuple(_clause(summary, one) for one in alike(summary))


def _clause(summary: Summary, one: Alike) -> Clause:
    told = "; ".join(_tier(summary, tier) for tier in one.tiers) + _caution(summary, one)
    over = "" if summary.main_phase == "epoch" else f" over {what(summary)}"
    text = f"Autodiff{over}{on_device(summary, one.device)}, {way(one.execution)}: {told}."
    pairs = zip((None, *one.tiers), one.tiers, strict=False)
    compared = tuple(arm for before, tier in pairs for arm in _compared(before, tier))
    return Clause("execution", text, compared, one.device, one.execution)


def _caution(summary: Summary, one: Alike) -> str:
    """What an *about* means, once for all of them."""
    cells = [summary.cell(arm, summary.main_phase) for tier in one.tiers for arm in tier.arms]
    is_said = any(cell and cell.seconds and is_too_wide(cell.seconds) for cell in cells)
    return f" (about: {TOO_FEW})" if is_said else ""


def way(execution: str | None) -> str:
    """How calls are handed over, such as ``a step a call``."""
    return EXECUTIONS.get(execution) or visible(execution or "", 40)


def on_device(summary: Summary, device: str) -> str:
    """`` on cuda`` where the run has arms on several devices."""
    several = len({arm.arm.device for arm in summary.others}) > 1
    return f" on {visible(device, 20)}" if several else ""


def _tier(summary: Summary, tier: Front) -> str:
    """Arms that are not told apart from their first."""
    *names, last = [_entry(summary, arm) for arm in tier.arms]
    return f"{', '.join(names)} and {last} (not told apart)" if names else last


def _entry(summary: Summary, index: int) -> str:
    arm, cell = summary.arms[index], summary.cell(index, summary.main_phase)
    assert cell is not None
    assert cell.seconds is not None
    usual = summary.baseline.arm.dtype
    notes = [] if arm.arm.dtype == usual else [visible(arm.arm.dtype, 20)]
    steps = steps_a_call(summary.run, index)
    notes += [f"{counted(steps, 'step')} a call"] if steps else []
    name = visible(arm.name, 40) if arm.arm.python or not arm.framework else library(arm)
    return f"{name} {about(cell.seconds)}" + (f" ({', '.join(notes)})" if notes else "")


def _compared(before: Front | None, tier: Front) -> tuple[Compared, ...]:
    """The tier's first beside the first of the tier before, its other arms beside its first."""
    slower = [one for one in before.behind if one.arm == tier.first] if before else []
    first = [Compared(one.arm, before.first, one.ratio, one.is_slower) for one in slower if before]
    sharing = (Compared(one.arm, tier.first, one.ratio) for one in tier.sharing)
    return (*(first or [Compared(tier.first)]), *sharing)
