"""Disturbances in words: blocks measured again, phases disturbed and kept, a quota in the way.

The first two are two numbers: what was measured again was not kept.
"""

from __future__ import annotations

from reports.estimates.disturbed import LIMIT, Kept, gates, kept
from reports.facts.machine import machine
from reports.words.counted import counted, noun
from reports.words.names import visible
from reports.words.numbers import percent
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


def kept_text(run: Run) -> str | None:
    """Of which arms how many disturbed phases were kept; None where none was."""
    worst = sorted(kept(run), key=lambda one: -one.share)
    named = [one for one in worst if one.n_disturbed]
    if not named:
        return None
    told = "; ".join(_counts(run, one) for one in named[:MOST_NAMED])
    n_more = len(named) - MOST_NAMED
    more = f"; and {counted(n_more, 'more arm')}" if n_more > 0 else ""
    return f"Phases disturbed and kept: {told}{more}."


def _counts(run: Run, one: Kept) -> str:
    return f"{_name(run, one)}, {one.n_disturbed} of {one.n_phases}"


def _name(run: Run, one: Kept) -> str:
    return visible(run.plan.arms[one.arm].name, 60)


def too_disturbed_text(run: Run, worst: Kept) -> str:
    """Why so much disturbance makes a run unusable, and what to do."""
    return (
        f"Unsound evidence: {percent(worst.share)} of the phases of {_name(run, worst)} "
        f"({worst.n_disturbed} of {worst.n_phases}) were disturbed and kept, by the kernel's "
        f"counters; above {percent(LIMIT)} a difference may be the machine's. Measure where "
        "nothing else runs and no quota stops it."
    )


def scarcity(run: Run) -> str | None:
    """That a CPU quota left the run less time than its threads ask for, else None."""
    quota = min((q for q in machine(run).cpu_quota if q is not None), default=None)
    if quota is None or quota >= run.plan.threads:
        return None
    asked = counted(run.plan.threads, "thread")
    ending = "" if gates(run.plan) else ", and no time of it can be relied on"
    left = f"{quota:.4g} {noun(quota, 'CPU')}"
    return (
        f"A CPU quota left this run {left} of time, less than the {asked} it was asked for: the "
        f"kernel stopped arms again and again{ending}."
    )
