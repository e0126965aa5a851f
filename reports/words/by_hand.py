"""By hand: automatic derivatives against gradients written by hand."""

from __future__ import annotations

from reports.estimates.fastest import fastest
from reports.estimates.intervals import Estimate, log_estimate
from reports.estimates.ratios import Cell, Summary
from reports.words.names import visible
from reports.words.numbers import difference, is_wide, shown_ratio
from reports.yardsticks.price import prices_of_autodiff

FAR = 2.0  # from here on a ratio is said as a factor
SAME = "gradients written by hand in the same library"


def best_autodiff(summary: Summary) -> str | None:
    """The fastest autodiff arm against the fastest hand-written one; None where unusable."""
    pair, ratio = _autodiff_by_hand(summary), autodiff_ratio(summary)
    if pair is None or ratio is None or not summary.null_arm.is_usable:
        return None
    a, h = (visible(summary.arms[cell.arm].name, 60) for cell in pair)
    shown = shown_ratio(ratio)
    interval = f" {shown.interval}" if shown.interval else ""
    return (
        f"The fastest automatic derivative{_where(summary, pair[0].arm)}, {a}, takes {shown.text} "
        f"times{interval} as long as the fastest gradient written by hand, {h}."
    )


def autodiff_ratio(summary: Summary) -> Estimate | None:
    """The time of the fastest autodiff arm ÷ the fastest hand-written one's."""
    pair = _autodiff_by_hand(summary)
    if pair is None:
        return None
    return log_estimate(summary.log_ratios(pair[0].arm, pair[1].arm, summary.main_phase))


def cost_of_autodiff(summary: Summary, arm: int) -> str | None:
    """What autodiff itself costs ``arm``, as the end of a sentence; None where no pair shows it."""
    if summary.main_phase != "epoch":
        return None
    prices = (p for p in prices_of_autodiff(summary) if (p.above, p.phase) == (arm, "epoch"))
    price = next(prices, None)
    return _cost(price.ratio) if price else None


def _cost(ratio: Estimate) -> str:
    shown = shown_ratio(_in_percent(ratio))
    low, high = ratio.low, ratio.high
    if low is not None and high is not None and low <= 1 <= high:
        span = f"{shown.low} % to {shown.high} %"
        return f"autodiff itself is not shown to cost anything over {SAME} ({span})"
    if ratio.value >= FAR:
        shown = shown_ratio(ratio)
        told = f" ({shown.low} to {shown.high})" if is_wide(ratio) else ""
        return f"with autodiff it takes {shown.text} times{told} as long as with {SAME}"
    if ratio.value < 1:
        return f"autodiff costs it nothing: {SAME} take {difference(1 / ratio.value)} longer"
    return f"autodiff itself costs {shown.text} %{_told(ratio, shown.low, shown.high)} over {SAME}"


def _in_percent(ratio: Estimate) -> Estimate:
    """How far a ratio and its ends lie from 1, in per cent."""
    low = None if ratio.low is None else 100 * (ratio.low - 1)
    high = None if ratio.high is None else 100 * (ratio.high - 1)
    return Estimate(100 * (ratio.value - 1), low, high, ratio.n)


def _told(ratio: Estimate, low: str | None, high: str | None) -> str:
    """The interval, where it is wide beside the cost itself."""
    if ratio.low is None or ratio.high is None:
        return ""
    is_wide_here = ratio.high - ratio.low > (ratio.value - 1) / 4
    return f" ({low} % to {high} %)" if is_wide_here else ""


def _where(summary: Summary, arm: int) -> str:
    """``arm``'s dtype and device, such as `` in float32``, as far as the run has others."""
    arms = [other.arm for other in summary.others]
    mine, told = summary.arms[arm].arm, ""
    if len({other.dtype for other in arms}) > 1:
        told += f" in {visible(mine.dtype, 20)}"
    if len({other.device for other in arms}) > 1:
        told += f" on {visible(mine.device, 20)}"
    return told


def _autodiff_by_hand(summary: Summary) -> tuple[Cell, Cell] | None:
    """(fastest autodiff, fastest hand-written of its device and dtype), None where none is."""
    for auto in summary.ranked(summary.main_phase):
        arm = summary.arms[auto.arm]
        if auto.seconds and not arm.is_null and arm.differentiation == "autodiff":
            hand = fastest(summary, "hand-written", arm.arm)
            if hand:
                return auto, hand
    return None
