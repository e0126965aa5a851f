"""Quantities: numbers as they are shown; what is told is rounded, HTML carries the full value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

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
UNIT = Markup(' <span class="unit">{}</span>')


@dataclass(frozen=True)
class Quantity:
    """A number with its interval and unit; its ``str`` is the number, about where that is vague."""

    value: float
    low: float | None
    high: float | None
    shown: Shown

    @property
    def interval(self) -> str:
        """The interval, or that it is too wide to be told; nothing where there is none."""
        return self.shown.interval or ""

    @property
    def in_full(self) -> tuple[float | None, float | None, float | None]:
        """(value, lower end, upper end)."""
        return self.value, self.low, self.high

    @property
    def with_interval(self) -> str:
        """The number and its interval as text."""
        is_words = self.shown.is_too_wide and self.interval
        return f"{self} ({self.interval})" if is_words else f"{self} {self.interval}".strip()

    def __str__(self) -> str:
        return f"about {self.shown}" if self.shown.is_too_wide else str(self.shown)

    def __html__(self) -> Markup:
        return Markup("").join(self._html())

    def _html(self) -> Iterator[Markup]:
        shown = self.shown
        if shown.low is not None and shown.is_too_wide:
            yield VAGUE
        yield _data(self.value, shown.text)
        if shown.unit:
            yield Markup("\u00a0%") if shown.unit == "%" else UNIT.format(shown.unit)
        if shown.low is not None and not shown.is_too_wide:
            ends = _data(self.low, shown.low), _data(self.high, shown.high)
            yield Markup(' <span class="interval">[{}, {}]</span>').format(*ends)


def _data(value: float | None, text: str | None) -> Markup:
    """``text`` with the value that it rounds; an end that there is not has none."""
    if value is None:
        return escape(text)
    return Markup('<data value="{}">{}</data>').format(repr(value), text)


def _quantity(estimate: Estimate, shown: Shown) -> Quantity:
    return Quantity(estimate.value, estimate.low, estimate.high, shown)


def _alone(value: float, text: str, unit: str = "") -> Quantity:
    return Quantity(value, None, None, Shown(text, None, None, unit))


def seconds(estimate: Estimate | None) -> Quantity | None:
    """Seconds in the unit that fits."""
    return _quantity(estimate, shown_seconds(estimate)) if estimate else None


def difference(estimate: Estimate | None) -> Quantity | None:
    """The same of a difference of two times, whose interval may reach 0 however many blocks."""
    if estimate is None:
        return None
    return _quantity(estimate, replace(shown_seconds(estimate), is_too_wide=False))


def ratio(estimate: Estimate | None) -> Quantity | None:
    """A ratio, which has no unit."""
    return _quantity(estimate, shown_ratio(estimate)) if estimate else None


def amount(given: Estimate | float | None, unit: str) -> Quantity | None:
    """Something in ``unit`` with its prefix, such as GB/s."""
    if given is None:
        return None
    estimate = given if isinstance(given, Estimate) else Estimate(given, None, None, 1)
    return _quantity(estimate, shown_amount(estimate, unit))


def epochs(given: Estimate) -> Quantity:
    """A number of epochs, whose interval may have no end."""
    low = None if given.low is None else plain(given.low)
    high = None if low is None else "no end" if given.high is None else plain(given.high)
    return _quantity(given, Shown(plain(given.value), low, high, "", is_too_wide(given)))


def number(value: float | None, digits: int = 3) -> Quantity | None:
    """A number in a few digits."""
    return None if value is None else _alone(value, plain(value, digits))


def count(n: int) -> Quantity:
    """A whole number, all its digits, by thousands."""
    return _alone(n, f"{n:,}")


def share(fraction: float) -> Quantity:
    """A share as per cent; its full value is the fraction."""
    return _alone(fraction, plain(100 * fraction, 2 if fraction > 1e-3 else 1), "%")


def memory(n_bytes: float | None) -> Quantity | None:
    """Bytes as MiB; its full value is in bytes."""
    return None if n_bytes is None else _alone(n_bytes, mebibytes(n_bytes), "MiB")
