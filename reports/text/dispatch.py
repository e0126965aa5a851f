"""What shows that dispatch is measured and not arithmetic, in words."""

from __future__ import annotations

from reports.findings.dispatch import Bounded
from reports.findings.findings import Findings
from reports.text.clause import Clause, Compared, compared
from reports.text.lead import in_dtype
from reports.text.names import visible
from reports.text.numbers import shown_seconds

MOST_NAMED = 3


def dispatch_clauses(findings: Findings) -> tuple[Clause, ...]:
    """One clause where dispatch is shown to be most of what is measured, else none."""
    clause = _by_limit(findings) or _by_compiling(findings)
    return (clause,) if clause else ()


def _by_limit(findings: Findings) -> Clause | None:
    """Of all arms in the baseline's dtype more than half must be ten times the limit's time."""
    found, limit = findings.dispatch.by_limit, findings.limit
    if limit is None or not findings.dispatch.is_most:
        return None
    n_shown = sum(one.is_shown for one in found)
    counted = f"{n_shown} of {len(found)} arms" if len(found) > 1 else "the one other arm"
    counted += in_dtype(findings, findings.baseline.dtype)
    text = (
        f"At this size dispatch is measured, not arithmetic: {visible(limit.arm.name, 60)} does "
        f"all of an epoch's arithmetic in {shown_seconds(limit.seconds)}, under a tenth of the "
        f"time of {counted}."
    )
    return Clause("dispatch", text, _compared(findings, found))


def _by_compiling(findings: Findings) -> Clause | None:
    """Every eager autodiff arm that takes ten times as long as its framework's compiled epoch."""
    found = findings.dispatch.by_compiling
    told = ", ".join(
        f"{visible(one.arm.name, 40)} (by {visible(one.of.name, 40)})"
        for one in [one for one in found if one.is_shown][:MOST_NAMED]
    )
    if not told:
        return None
    text = (
        "At this size dispatch is measured in eager arms, not arithmetic: compiled, the same epoch "
        f"takes under a tenth of the time of {told}."
    )
    return Clause("dispatch", text, _compared(findings, found))


def _compared(findings: Findings, found: tuple[Bounded, ...]) -> tuple[Compared, ...]:
    return tuple(compared(findings, one.arm, one.of, one.ratio, one.is_shown) for one in found)
