"""Dispatch in words: where a run measures how calls are handed over, and not arithmetic.

The limit's epoch is a bound on what its arithmetic takes: a native loop does all of it, gathering
included. Where an arm's epoch takes ten times as long or more, under a tenth of it can be
arithmetic. Without a limit the same is asked of a framework's own eager arm against its epoch
compiled into few calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.estimates.intervals import CONFIDENCE, exp, log_estimate
from reports.estimates.ratios import Summary
from reports.words.clause import Clause, Compared
from reports.words.lead_words import in_dtype
from reports.words.names import visible
from reports.words.numbers import shown_seconds
from reports.yardsticks.limit import is_limit, limit_of, to_limit
from reports.yardsticks.price import prices_of_dispatch

TIMES = 10.0  # as long as the arithmetic, from here on
MOST_NAMED = 3


def dispatch_clauses(summary: Summary) -> tuple[Clause, ...]:
    """One clause where dispatch is shown to be most of what is measured, else none."""
    if summary.main_phase != "epoch":
        return ()
    clause = _by_limit(summary) or _by_compiling(summary)
    return (clause,) if clause else ()


def _by_limit(summary: Summary) -> Clause | None:
    """Of all arms in the baseline's dtype more than half must be ten times the limit's time."""
    limit = limit_of(summary, summary.baseline.arm)
    ours = [one.arm for one in to_limit(summary) if one.limit == limit and one.same_dtype]
    arms = [arm for arm in ours if not is_limit(summary, summary.arms[arm].arm)]
    found = _compared(summary, [(arm, limit) for arm in arms if limit is not None])
    n_shown = sum(one.is_shown for one in found)
    if limit is None or 2 * n_shown <= len(found):
        return None
    cell = summary.cell(limit, "epoch")
    assert cell is not None
    assert cell.seconds is not None
    name = visible(summary.arms[limit].name, 60)
    counted = f"{n_shown} of {len(found)} arms" if len(found) > 1 else "the one other arm"
    counted += in_dtype(summary, summary.baseline.arm.dtype)
    text = (
        f"At this size dispatch is measured, not arithmetic: {name} does all of an epoch's "
        f"arithmetic in {shown_seconds(cell.seconds)}, under a tenth of the time of {counted}."
    )
    return Clause("dispatch", text, found)


def _by_compiling(summary: Summary) -> Clause | None:
    """Every eager autodiff arm that takes ten times as long as its framework's compiled epoch."""
    pairs = {
        price.below: price.above
        for price in reversed(prices_of_dispatch(summary))  # so that the first compiled one stays
        if summary.arms[price.above].execution == "compiled epoch"
    }
    found = _compared(summary, pairs.items())
    told = ", ".join(
        f"{visible(summary.arms[one.arm].name, 40)} (by {visible(summary.arms[one.of].name, 40)})"
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


def _compared(summary: Summary, pairs: Iterable[tuple[int, int]]) -> tuple[Compared, ...]:
    """Each arm ÷ the one that bounds its arithmetic, the intervals widened to hold together."""
    least, given = TIMES * exp(summary.null_arm.bound("epoch")), list(pairs)
    found = []
    for arm, of in given:
        ratio = log_estimate(summary.log_ratios(arm, of, "epoch"), CONFIDENCE, len(given))
        low = ratio.low if ratio else None
        found.append(Compared(arm, of, ratio, low is not None and low > least))
    return tuple(found)
