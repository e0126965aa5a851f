"""Why an arm is fast or slow: what dispatching costs, and what the baseline spends its time on."""

from __future__ import annotations

from reports.estimates.fastest import leading
from reports.estimates.ratios import Summary
from reports.words.arm_words import library
from reports.words.names import visible
from reports.words.numbers import percent, times_as_fast
from reports.words.phases import words
from reports.yardsticks.price import prices_of_dispatch

PARTS = ("data_iter", "gradient", "update")


def why(summary: Summary) -> tuple[str, ...]:
    """At most two sentences; none where nothing of the kind was measured, or none may stand."""
    if not summary.null_arm.is_usable or summary.main_phase != "epoch":
        return ()
    return tuple(text for text in (_dispatch(summary), _parts(summary)) if text)


def _dispatch(summary: Summary) -> str | None:
    """How much compiling won the leading arm over its own framework, run eagerly."""
    best = leading(summary)
    price = next((p for p in prices_of_dispatch(summary) if best and p.above == best.arm), None)
    if price is None or price.ratio.value >= 1:
        return None
    above, below = summary.arms[price.above], summary.arms[price.below]
    names = f"({visible(above.name, 60)} against {visible(below.name, 60)})"
    faster = times_as_fast(price.ratio)
    return f"Compiled, {library(above)} is {faster} as fast as op by op {names}."


def _parts(summary: Summary) -> str | None:
    """Which shares of the baseline's epoch go where."""
    index = summary.baseline.arm.index
    cells = [summary.cell(index, phase) for phase in (*PARTS, "epoch")]
    seconds = [cell.seconds.value for cell in cells if cell and cell.seconds]
    if len(seconds) < len(cells):
        return None
    *parts, epoch = seconds
    told = ", ".join(
        f"{words(phase)} {percent(part / epoch)}" for phase, part in zip(PARTS, parts, strict=True)
    )
    return f"Where {visible(summary.baseline.name, 60)} spends an epoch: {told}."
