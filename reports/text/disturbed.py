"""Disturbances in words: blocks measured again, phases disturbed and kept, a quota in the way.

The first two are two numbers: what was measured again was not kept.
"""

from __future__ import annotations

from reports.findings.disturbed import LIMIT, DisturbedArm
from reports.findings.findings import Findings
from reports.text.counted import counted, noun
from reports.text.names import visible
from reports.text.numbers import percent
from runfiles.records import Discard
from runfiles.run import Run

MOST_NAMED = 3  # in a sentence; the page and cells.json have all


def again(run: Run) -> str | None:
    """How many blocks were measured again, and why; None where none was."""
    n = len(run.discards)
    told = "; ".join(
        f"block {discard.block}: {reasons_text(discard)}" for discard in run.discards[:MOST_NAMED]
    )
    more = f"; and {n - MOST_NAMED} more" if n > MOST_NAMED else ""
    return f"{_counted(n)} measured again ({told}{more})." if n else None


def measured_again(run: Run) -> str | None:
    """How many blocks were measured again; None where none was."""
    n = len(run.discards)
    return f"{_counted(n)} measured again." if n else None


def _counted(n: int) -> str:
    return f"{counted(n, 'disturbed block')} {noun(n, 'was', 'were')}"


def reasons_text(discard: Discard) -> str:
    """Why a block was discarded: the first reason, and how many more there are."""
    first, *others = [visible(reason, 120) for reason in discard.reasons] or ["no reason given"]
    return first + (f" and {len(others)} more" if others else "")


def kept_text(findings: Findings) -> str | None:
    """Of which arms how many disturbed phases were kept; None where none was."""
    worst = sorted(findings.disturbed.arms, key=lambda one: -one.share)
    named = [one for one in worst if one.n_disturbed]
    if not named:
        return None
    told = "; ".join(_counts(one) for one in named[:MOST_NAMED])
    n_more = len(named) - MOST_NAMED
    more = f"; and {counted(n_more, 'more arm')}" if n_more > 0 else ""
    return f"Phases disturbed and kept: {told}{more}."


def _counts(one: DisturbedArm) -> str:
    return f"{visible(one.arm, 60)}, {one.n_disturbed} of {one.n_phases}"


def too_disturbed_text(worst: DisturbedArm) -> str:
    """Why so much disturbance makes a run unusable, and what to do."""
    return (
        f"Unsound evidence: {percent(worst.share)} of the phases of {visible(worst.arm, 60)} "
        f"({worst.n_disturbed} of {worst.n_phases}) were disturbed and kept, by the kernel's "
        f"counters; above {percent(LIMIT)} a difference may be the machine's. Measure where "
        "nothing else runs and no quota stops it."
    )


def scarcity(findings: Findings) -> str | None:
    """That a CPU quota left the run less time than its threads ask for, else None."""
    quota = min((q for q in findings.machine.cpu_quota if q is not None), default=None)
    if quota is None or quota >= findings.threads:
        return None
    asked = counted(findings.threads, "thread")
    ending = "" if findings.gates else ", and no time of it can be relied on"
    left = f"{quota:.4g} {noun(quota, 'CPU')}"
    return (
        f"A CPU quota left this run {left} of time, less than the {asked} it was asked for: the "
        f"kernel stopped arms again and again{ending}."
    )
