"""Why an arm is fast or slow: what dispatching costs, and what the baseline spends its time on."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.price import DispatchPrice
from reports.text.arms import library
from reports.text.names import visible
from reports.text.numbers import TOO_FEW, is_too_wide, percent, times_as_fast
from reports.text.phases import words

MOST_NAMED = 3
PARTS = ("data_iter", "gradient", "update")


def why(findings: Findings) -> tuple[str, ...]:
    """At most two sentences; none where nothing of the kind was measured, or none may stand."""
    if not findings.null_arm.is_usable or findings.main_phase != "epoch":
        return ()
    return tuple(text for text in (_dispatch(findings), _parts(findings)) if text)


def _dispatch(findings: Findings) -> str | None:
    """How much compiling wins over op by op, of each library's first compiled arm."""
    found: dict[str, DispatchPrice] = {}
    for price in findings.yardsticks.price_of_dispatch:  # from fast to slow
        found.setdefault(library(price.above), price)
    told = [_won(name, price) for name, price in found.items() if is_won(findings, price)]
    return f"Compiled against op by op: {'; '.join(told[:MOST_NAMED])}." if told else None


def is_won(findings: Findings, price: DispatchPrice) -> bool:
    """Whether compiling is shown to take less time."""
    high = price.ratio.high
    return high is not None and high < 1 / findings.null_arm.factor(price.phase)


def _won(name: str, price: DispatchPrice) -> str:
    above, below = (visible(arm.name, 60) for arm in (price.above, price.below))
    if is_too_wide(price.ratio):
        return f"{name} faster, {TOO_FEW} by how much ({above} against {below})"
    return f"{name} {times_as_fast(price.ratio)} as fast ({above} against {below})"


def _parts(findings: Findings) -> str | None:
    """Which shares of the baseline's epoch go where."""
    cells = [findings.cell(findings.baseline, phase) for phase in (*PARTS, "epoch")]
    seconds = [cell.seconds.value for cell in cells if cell and cell.seconds]
    if len(seconds) < len(cells):
        return None
    *parts, epoch = seconds
    told = ", ".join(
        f"{words(phase)} {percent(part / epoch)}" for phase, part in zip(PARTS, parts, strict=True)
    )
    return f"Where {visible(findings.baseline.name, 60)} spends an epoch: {told}."
