"""Dispatch in words: what shows that it is measured, not arithmetic, and what compiling wins."""

from __future__ import annotations

from reports.findings.compared import Compared
from reports.findings.dispatch import Bounded
from reports.findings.findings import Findings
from reports.findings.price import DispatchPrice
from reports.text.arms import library
from reports.text.clause import Clause
from reports.text.lead import in_dtype
from reports.text.machines import there
from reports.text.numbers import TOO_FEW, percent, shown_seconds, times_as_fast
from reports.text.phases import words
from reports.text.sentence import Sentence, few


def dispatch_clauses(findings: Findings) -> tuple[Clause, ...]:
    """One clause where dispatch is shown to be most of what is measured, else none."""
    found = findings.dispatch
    for told, arms in (
        (_by_limit(findings), found.by_limit),
        (_by_compiling(findings), found.by_compiling),
    ):
        if told:
            return (Clause("dispatch", told, arms=tuple(_compared(findings, a) for a in arms)),)
    return ()


def _compared(findings: Findings, one: Bounded) -> Compared:
    return findings.compared(one.arm, one.of, one.ratio, one.is_shown)


def _by_limit(findings: Findings) -> Sentence | None:
    """Of all arms in the baseline's dtype more than half must be ten times the limit's time."""
    found, limit = findings.dispatch, findings.limit
    if limit is None or not found.is_most:
        return None
    n = len(found.by_limit)
    arms = Sentence("{} of {} arms", found.n_by_limit, n) if n > 1 else "the one other arm"
    return Sentence(
        "At this size dispatch is measured, not arithmetic: {} does all of an epoch's arithmetic "
        "in {}{}, under a tenth of the time of {}{}.",
        *(limit.arm, shown_seconds(limit.seconds), there(findings), arms),
        in_dtype(findings, findings.baseline.dtype),
    )


def _by_compiling(findings: Findings) -> Sentence | None:
    """Every eager autodiff arm that takes ten times as long as its framework's compiled epoch."""
    shown = [one for one in findings.dispatch.by_compiling if one.is_shown]
    told = [Sentence("{} (by {})", one.arm, one.of) for one in shown]
    return Sentence(
        "At this size dispatch is measured in eager arms, not arithmetic: compiled, the same epoch "
        "takes under a tenth of the time of {}.",
        few(told, separator=", "),
    ) if told else None  # fmt: skip


def why(findings: Findings) -> tuple[Sentence, ...]:
    """What compiling wins, and what the baseline spends its time on; none where none may stand."""
    if not findings.null_arm.is_usable or findings.main_phase != "epoch":
        return ()
    return tuple(text for text in (_compiling(findings), _parts(findings)) if text)


def _compiling(findings: Findings) -> Sentence | None:
    """How much compiling wins over op by op, of each library's first compiled arm."""
    found: dict[str, DispatchPrice] = {}
    for price in findings.yardsticks.price_of_dispatch:  # from fast to slow
        found.setdefault(library(price.above), price)
    told = [_won(name, price) for name, price in found.items() if price.shown == "less"]
    return Sentence("Compiled against op by op: {}.", few(told)) if told else None


def _won(name: str, price: DispatchPrice) -> Sentence:
    won: str = Sentence("{} as fast", times_as_fast(price.ratio))
    if price.ratio.is_too_wide:
        won = f"faster, {TOO_FEW} by how much"
    return Sentence("{} {} ({} against {})", name, won, price.above, price.below)


def _parts(findings: Findings) -> Sentence | None:
    """Which shares of the baseline's epoch go where."""
    shares = findings.shares(findings.baseline)
    told = [Sentence("{} {}", words(phase), percent(share)) for phase, share in shares.items()]
    spent = "Where {} spends an epoch: {}."
    return Sentence(spent, findings.baseline, Sentence.joined(", ", told)) if told else None
