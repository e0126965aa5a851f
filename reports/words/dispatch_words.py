"""Dispatch in words: where a run measures how calls are handed over, and not arithmetic.

The limit's epoch is a bound on what its arithmetic takes: a native loop does all of it, gathering
included. Where an arm's epoch takes ten times as long or more, under a tenth of it can be
arithmetic. Without a limit the same is asked of a framework's own eager arm against its epoch
compiled into few calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import CONFIDENCE, exp, log_estimate
from reports.findings.limit import is_limit, limit_of
from reports.words.clause import Clause, Compared, compared
from reports.words.lead_words import in_dtype
from reports.words.names import visible
from reports.words.numbers import shown_seconds

TIMES = 10.0  # as long as the arithmetic, from here on
MOST_NAMED = 3


def dispatch_clauses(findings: Findings) -> tuple[Clause, ...]:
    """One clause where dispatch is shown to be most of what is measured, else none."""
    if findings.main_phase != "epoch":
        return ()
    clause = _by_limit(findings) or _by_compiling(findings)
    return (clause,) if clause else ()


def _by_limit(findings: Findings) -> Clause | None:
    """Of all arms in the baseline's dtype more than half must be ten times the limit's time."""
    limit = limit_of(findings, findings.baseline)
    ours = [one.arm for one in findings.yardsticks.limit if one.limit is limit and one.same_dtype]
    arms = [arm for arm in ours if not is_limit(findings, arm)]
    found = _compared(findings, [(arm, limit) for arm in arms if limit is not None])
    n_shown = sum(one.is_shown for one in found)
    if limit is None or 2 * n_shown <= len(found):
        return None
    cell = findings.cell(limit, "epoch")
    assert cell is not None
    assert cell.seconds is not None
    name = visible(limit.name, 60)
    counted = f"{n_shown} of {len(found)} arms" if len(found) > 1 else "the one other arm"
    counted += in_dtype(findings, findings.baseline.dtype)
    text = (
        f"At this size dispatch is measured, not arithmetic: {name} does all of an epoch's "
        f"arithmetic in {shown_seconds(cell.seconds)}, under a tenth of the time of {counted}."
    )
    return Clause("dispatch", text, found)


def _by_compiling(findings: Findings) -> Clause | None:
    """Every eager autodiff arm that takes ten times as long as its framework's compiled epoch."""
    pairs = {
        price.below: price.above
        for price in reversed(
            findings.yardsticks.price_of_dispatch
        )  # so that the first compiled one stays
        if price.above.execution == "compiled epoch"
    }
    found = _compared(findings, pairs.items())
    told = ", ".join(
        f"{visible(one.arm.name, 40)} (by {visible(one.of.name, 40)})"
        for one in [one for one in found if one.is_shown][:MOST_NAMED]
        if one.of is not None
    )
    if not told:
        return None
    text = (
        "At this size dispatch is measured in eager arms, not arithmetic: compiled, the same epoch "
        f"takes under a tenth of the time of {told}."
    )
    return Clause("dispatch", text, found)


def _compared(findings: Findings, pairs: Iterable[tuple[Arm, Arm]]) -> tuple[Compared, ...]:
    """Each arm ÷ the one that bounds its arithmetic, the intervals widened to hold together."""
    least, given = TIMES * exp(findings.null_arm.bound("epoch")), list(pairs)
    found = []
    for arm, of in given:
        ratio = log_estimate(findings.log_ratios(arm, of, "epoch"), CONFIDENCE, len(given))
        low = ratio.low if ratio else None
        found.append(compared(findings, arm, of, ratio, low is not None and low > least))
    return tuple(found)
