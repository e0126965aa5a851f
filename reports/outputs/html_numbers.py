"""Numbers as HTML: what is shown is rounded, what it carries is the full value."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from reports.findings.intervals import Estimate
from reports.text.numbers import (
    Shown,
    is_too_wide,
    mebibytes,
    plain,
    shown_amount,
    shown_ratio,
    shown_seconds,
)

VAGUE = Markup('<span class="vague" title="about: too few blocks to say">≈</span>')


def seconds_html(estimate: Estimate | None) -> Markup:
    """Seconds with unit and interval; every number carries its full value."""
    return _estimate_html(estimate, shown_seconds(estimate) if estimate else None)


def difference_html(estimate: Estimate | None) -> Markup:
    """The same of a difference of two times, whose interval may reach 0 however many blocks."""
    return _estimate_html(
        estimate, replace(shown_seconds(estimate), is_too_wide=False) if estimate else None
    )


def ratio_html(estimate: Estimate | None) -> Markup:
    """A ratio with its interval; every number carries its full value."""
    return _estimate_html(estimate, shown_ratio(estimate) if estimate else None)


def amount_html(given: Estimate | float | None, unit: str) -> Markup:
    """Something in ``unit`` with its prefix and interval, such as GB/s."""
    estimate = Estimate(given, None, None, 1) if isinstance(given, int | float) else given
    return _estimate_html(estimate, shown_amount(estimate, unit) if estimate else None)


def memory_html(n_bytes: float | None) -> Markup:
    """Bytes as MiB; the number carries its full value in bytes."""
    if n_bytes is None:
        return Markup("")
    return _data(n_bytes, mebibytes(n_bytes)) + Markup(' <span class="unit">MiB</span>')


def epochs_html(given: Estimate) -> Markup:
    """A number of epochs with its interval, which may have no end."""
    value = number_html(given.value)
    if given.low is None:
        return value
    low, high = number_html(given.low), number_html(given.high) or "no end"
    if is_too_wide(given):
        return VAGUE + value
    return value + Markup(' <span class="interval">[{}, {}]</span>').format(low, high)


def percent_html(estimate: Estimate | None) -> Markup:
    """A share as per cent without its interval; it carries its full value as a fraction."""
    return share_html(estimate.value) if estimate else Markup("")


def number_html(value: float | None, digits: int = 3) -> Markup:
    """A number in a few digits that carries its full value."""
    return _data(value, plain(value, digits)) if value is not None else Markup("")


def count_html(count: int) -> Markup:
    """A whole number, all its digits, by thousands."""
    return _data(count, f"{count:,}")


def share_html(share: float) -> Markup:
    """A share as per cent; it carries its full value as a fraction."""
    return Markup("{}\u00a0%").format(_data(share, plain(100 * share, 2 if share > 1e-3 else 1)))


def _estimate_html(estimate: Estimate | None, shown: Shown | None) -> Markup:
    if estimate is None or shown is None:
        return Markup("")
    unit = Markup(' <span class="unit">{}</span>').format(shown.unit) if shown.unit else Markup("")
    value = _data(estimate.value, shown.text) + unit
    if estimate.low is None or shown.low is None:
        return value
    if shown.is_too_wide:
        return VAGUE + value
    ends = _data(estimate.low, shown.low), _data(estimate.high, shown.high)
    return value + Markup(' <span class="interval">[{}, {}]</span>').format(*ends)


def _data(value: float | None, text: str | None) -> Markup:
    return Markup('<data value="{}">{}</data>').format(repr(value), text)
