"""The break-even: total time against the number of epochs, and where the lead changes."""

from __future__ import annotations

import math

import numpy as np

from reports.figures.drawing import Drawing
from reports.figures.flags import Flag
from reports.figures.labels import short
from reports.figures.log_axis import point, seconds_tick
from reports.figures.race import race
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.totals import Lead, Total
from reports.text.lead import in_dtype
from reports.text.numbers import TOO_FEW, rounded

LEAST, MOST = 1e3, 1e12  # epochs to which the axis reaches at least and at most
BEYOND = 10.0  # how far the axis reaches beyond the last crossing, as a factor
PER_DECADE = 12  # points of a line
DIGITS = 3  # of a number of epochs


def break_even(findings: Findings) -> Drawing | None:
    """Seconds until k epochs are done in a fresh process, for every timed arm."""
    found = sorted(findings.totals, key=lambda total: total.epoch)
    if not found:
        return None
    dtype = findings.race_dtype(total.arm for total in found)
    drawn = [total for total in found if total.arm.dtype == dtype]
    alone = Lead(arm=drawn[0].arm, since=1.0, crossing=None)
    ahead = findings.lower_envelope.get(dtype) or (alone,)
    epochs = _epochs_drawn(ahead)
    is_cut = findings.run.plan.problem.is_prefix
    return race(
        "break_even",
        f"Total time in a fresh process, by number of epochs,{in_dtype(findings, dtype)}",
        f"epochs{' cut to their first steps' if is_cut else ''}",
        {total.arm: {k: point(total.after(k)) for k in epochs} for total in drawn},
        [_flag(one, total) for one in ahead for total in drawn if total.arm is one.arm],
        {},
        how_to_read="Import, preparation and the first epoch, then one steady epoch after the "
        "other. A mark stands where its arm takes the lead, a pale bar is the 95 % interval of "
        "where. Dashed: by hand.",
        alternative="Total time against the number of epochs, both on log scales. "
        f"{_who_is_ahead(findings)} Before and for each epoch: {'; '.join(map(_each, found))}.",
        grey="never ahead",
    )


def _epochs_drawn(ahead: tuple[Lead, ...]) -> list[float]:
    """The numbers of epochs at which lines have a point."""
    last = min(max(LEAST, *(BEYOND * one.since for one in ahead)), MOST)
    return [float(k) for k in np.geomspace(1, last, int(PER_DECADE * math.log10(last)) + 1)]


def _flag(one: Lead, total: Total) -> Flag:
    """The name of an arm that takes the lead, at the epochs at which it does."""
    start = f"from {rounded(one.crossing.value, DIGITS)} " if one.crossing else ""
    text = start + short(one.arm.name)
    return Flag(one.since, total.after(one.since), text, one.arm, one.crossing)


def _who_is_ahead(findings: Findings) -> str:
    """Who is ahead, dtype by dtype, one after the other."""
    rows = findings.lower_envelope
    where = {dtype: f" in {dtype}" if len(rows) > 1 else "" for dtype in rows}
    told = {dtype: ", then ".join(map(_lead, row)) for dtype, row in rows.items()}
    return " ".join(f"Ahead of all others{where[dtype]} is {told[dtype]}." for dtype in rows)


def _lead(one: Lead) -> str:
    """The arm that is ahead, those not shown to take longer, and from where on."""
    name, *shared = (arm.name for arm in (one.arm, *one.shared_with))
    named = f"{name} (shared with {', '.join(shared)})" if shared else name
    return f"{named} {_since(one.crossing)} on"


def _since(crossing: Estimate | None) -> str:
    """The epochs of a crossing and their interval, where there is one."""
    if crossing is None:
        return "from the first epoch"
    told = f"from about {rounded(crossing.value, DIGITS)}"
    if crossing.is_too_wide:
        return f"{told} epochs ({TOO_FEW})"
    ends = [rounded(end, DIGITS) for end in (crossing.low, crossing.high) if end is not None]
    return f"{told} [{', '.join(ends)}] epochs" if ends else f"{told} epochs"


def _each(total: Total) -> str:
    name = total.arm.name
    return f"{name} {seconds_tick(total.after(0))} and {seconds_tick(total.epoch)}"
