"""The price of autodiff in words, by execution, and across frameworks."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.price import AutodiffPrice
from reports.text.alike import on_device, way
from reports.text.clause import Clause
from reports.text.lead import rank
from reports.text.numbers import TOO_FEW, times_text
from reports.text.sentence import Sentence


def price_clauses(findings: Findings) -> tuple[Clause, ...]:
    """What autodiff costs, a clause for each arm by hand; none where no pair of arms shows it."""
    return tuple(
        _price_clause(findings, device, execution, prices)
        for (device, execution, _), prices in findings.yardsticks.prices_by_hand.items()
    )


def _price_clause(
    findings: Findings, device: str, execution: str | None, prices: tuple[AutodiffPrice, ...]
) -> Clause:
    is_vague = all(price.ratio.is_too_wide for price in prices)
    told = Sentence(TOO_FEW) if is_vague else Sentence.joined(", ", map(_price_text, prices))
    return Clause(
        "price",
        told + ".",
        arms=tuple(
            findings.compared(one.above, one.below, one.ratio, one.cost == "more") for one in prices
        ),
        device=device,
        execution=execution,
        about=Sentence(
            "The price of autodiff{}, {}, beside {}",
            *(on_device(findings, device), way(execution), prices[0].below),
        ),
    )


def _price_text(price: AutodiffPrice) -> Sentence:
    if price.ratio.is_too_wide:
        return Sentence("{} ({})", price.above, TOO_FEW)
    return Sentence("{} {}{}", price.above, times_text(price.ratio), _note(price))


def _note(price: AutodiffPrice) -> str:
    """What a price does not show."""
    low, high = price.ratio.low, price.ratio.high
    if low is None or high is None:
        return " (one block)"
    if price.cost is not None:
        return "" if price.cost == "more" else " (less than by hand)"
    return " (no cost is shown)" if low <= 1 <= high else " (identical arms may differ as much)"


def best_autodiff(findings: Findings) -> Sentence | None:
    """The autodiff arm of the least time against that by hand; None where unusable."""
    pair, ratio = findings.best, findings.autodiff_over_hand_written.ratio
    if pair is None or ratio is None or not findings.null_arm.is_usable:
        return None
    first, second = pair
    told = rank(findings, first, "automatic derivative"), _where(findings, first)
    auto = Sentence("{}, {}{}", first, *told)
    hand = Sentence("{}, {} written by hand", second, rank(findings, second, "gradient"))
    if ratio.is_too_wide:
        return Sentence("{}, beside {}: {} how much longer it takes.", auto, hand, TOO_FEW)
    return Sentence("{}, takes {} as long as {}.", auto, times_text(ratio), hand)


def _where(findings: Findings, arm: Arm) -> Sentence:
    """``arm``'s dtype and device, such as `` in float32``, as far as the run has others."""
    dtype = Sentence(" in {}", arm.dtype) if findings.differ_in("dtype") else Sentence()
    return dtype + on_device(findings, arm.device)
