"""Numbers as people read them: units that fit, digits no finer than the interval.

Whatever is shown carries its full value: see ``sentence.Number``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self

from markupsafe import Markup

from reports.findings.intervals import Estimate
from reports.text.sentence import Number, Sentence

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
TOO_FEW = "too few blocks to say"
VAGUE = Markup('<span class="vague" title="about: too few blocks to say">≈</span>')
PLAIN_DIGITS = 3  # significant digits where there is no interval to go by
MOST_DIGITS = 4
MEBI = 2**20
TEN_THOUSAND = 1e4
ALL_DIGITS = 1e3  # below it, no digit before the point is rounded away
SMALLEST, LARGEST = 1e-4, 1e6  # beyond, numbers are written with an exponent
MINUS = "\u2212"


class Shown(Number):
    """An estimate as text: its number in its unit, and the interval's ends with its decimals."""

    low: Number | None
    high: Number | None
    is_too_wide: bool

    def __new__(
        cls,
        number: Number,
        unit: str,
        low: Number | None = None,
        high: Number | None = None,
        is_too_wide: bool = False,
    ) -> Self:
        made = super().__new__(cls, number.value, number.digits, unit)
        made.low, made.high, made.is_too_wide = low, high, is_too_wide
        return made

    @property
    def text(self) -> Number:
        """The number without its unit."""
        return Number(self.value, self.digits)

    @property
    def interval(self) -> Sentence | None:
        """``[low, high]``, or that it is too wide to be one; None where there is none."""
        return self._ends("[{}, {}]", TOO_FEW) or None

    @property
    def aside(self) -> Sentence:
        """The interval behind the number in a sentence, with the space before it."""
        return self._ends(" [{}, {}]")

    @property
    def span(self) -> Sentence:
        """The interval in a sentence as words, such as `` (1.2 to 1.4)``, or nothing."""
        return self._ends(" ({} to {})")

    def _ends(self, template: str, too_few: str = f" ({TOO_FEW})") -> Sentence:
        if self.low is None or self.high is None:
            return Sentence()
        return Sentence(too_few) if self.is_too_wide else Sentence(template, self.low, self.high)

    @property
    def cell(self) -> Markup:
        """The HTML of a table's cell, the interval below the number."""
        unit = Markup(' <span class="unit">{}</span>').format(self.unit) if self.unit else Markup()
        value = self.text.__html__() + unit
        if self.low is None or self.is_too_wide:
            return VAGUE + value if self.is_too_wide else value
        return value + Markup(' <span class="interval">{}</span>').format(self.interval)


def shown_seconds(estimate: Estimate) -> Shown:
    """``estimate`` seconds in the unit that keeps its value between 1 and 1000."""
    return _shown(estimate, *unit_of(estimate.value), estimate.is_too_wide)


def shown_difference(estimate: Estimate) -> Shown:
    """The same of a difference of two times, whose interval may reach 0 however many blocks."""
    return _shown(estimate, *unit_of(estimate.value), False)


def shown_ratio(estimate: Estimate) -> Shown:
    """``estimate`` without a unit."""
    return _shown(estimate, 1.0, "", estimate.is_too_wide)


def shown_amount(given: Estimate | float, unit: str) -> Shown:
    """Something in a ``unit`` such as B/s, with the prefix that keeps it from 1 to 1000."""
    estimate = given if isinstance(given, Estimate) else Estimate(given, None, None, 1)
    scale, prefix = next((p for p in PREFIXES if estimate.value >= 0.9995 * p[0]), PREFIXES[-1])
    return _shown(estimate, scale, prefix + unit, estimate.is_too_wide)


def shown_memory(n_bytes: float) -> Shown:
    """Bytes as so many MiB."""
    return Shown(mebibytes(n_bytes), "MiB")


def shown_epochs(given: Estimate) -> Shown:
    """A number of epochs with its interval, which may have no end."""
    number, low = rounded(given.value), None if given.low is None else rounded(given.low)
    high = Number(None, "no end") if given.high is None else rounded(given.high)
    return Shown(number, "", low, high, given.is_too_wide)


def seconds_text(seconds: float) -> Number:
    """A duration without an interval, such as ``14.5 ms``."""
    return shown_seconds(Estimate(seconds, None, None, 1))


def unit_of(seconds: float) -> tuple[float, str]:
    """(seconds in the unit, its name); a value that would round up to 1000 takes the next."""
    return next((u for u in UNITS if abs(seconds) >= 0.9995 * u[0]), UNITS[-1])


def plain(value: float | None, digits: int = PLAIN_DIGITS) -> Number:
    """A number in ``digits`` significant digits, with an exponent only where it is far from 1."""
    return Number(value, _plain(value, digits))


def _plain(value: float | None, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return "none" if value is None or math.isnan(value) else str(value)
    if not _is_handy(value):
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return fixed(value, decimals_for(value, digits))


def digits(count: int) -> Number:
    """A whole number without a separator, as it is written in a command."""
    return Number(count, str(count))


def rounded(value: float | None, digits: int = PLAIN_DIGITS) -> Number:
    """So many of something, a whole number's thousands set apart, such as ``23,300``."""
    if value is None or not math.isfinite(value):
        return plain(value)
    return Number(value, f"{float(f'{value:.{digits}g}'):,.12g}")


def general(value: float) -> Number:
    """A number that somebody chose, as short as it can be."""
    return Number(value, f"{value:g}")


def fixed(value: float, decimals: int) -> str:
    """``value`` with that many decimals, negative ones rounding tens; the minus is a minus.

    Thousands are set apart from ten of them on, such as ``73,000``; ``4440`` is read at a glance.
    """
    rounded = round(value, decimals) or 0.0
    apart = "," if abs(rounded) >= TEN_THOUSAND else ""
    return f"{rounded:{apart}.{max(decimals, 0)}f}".replace("-", MINUS)


def mebibytes(n_bytes: float) -> Number:
    """Bytes as so many MiB, to two digits."""
    return Number(n_bytes, _plain(n_bytes / MEBI, 2))


def percent(fraction: float, digits: int = 2) -> Number:
    """A fraction as per cent, such as ``6.2 %``."""
    return Number(fraction, _plain(100 * fraction, digits), "%")


def chosen_percent(fraction: float) -> Number:
    """A fraction that somebody chose, as per cent in as few digits as it has."""
    return Number(fraction, f"{100 * fraction:g}", "%")


def difference(ratio: float) -> str:
    """How far a ratio above 1 is from it: ``6.2 %``, or from 2 on ``a factor of 2.4``."""
    return percent(ratio - 1) if ratio < 2 else Sentence("a factor of {}", plain(ratio, 2))


def times_as_fast(ratio: Estimate) -> Sentence:
    """How many times as fast a ``ratio`` of times is; with its interval where that is wide."""
    shown = shown_ratio(ratio.inverse)
    return Sentence("{} times{}", shown, shown.span if ratio.is_wide else "")


def times_text(ratio: Estimate) -> Sentence:
    """A ratio and its interval, such as ``3.94 times [3.90, 3.98]``, or that nothing says it."""
    shown = shown_ratio(ratio)
    return Sentence(TOO_FEW) if shown.is_too_wide else Sentence("{} times{}", shown, shown.aside)


def decimals_for(value: float, digits: int) -> int:
    """The decimals that show ``digits`` significant digits of ``value``; below 0 for tens."""
    return digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])


def _is_handy(value: float) -> bool:
    """Whether ``value`` is written without an exponent."""
    return value == 0 or SMALLEST <= abs(value) < LARGEST


def _shown(estimate: Estimate, scale: float, unit: str, is_too_wide: bool) -> Shown:
    value = estimate.value / scale
    if estimate.low is None or estimate.high is None:
        return Shown(Number(estimate.value, _plain(value, PLAIN_DIGITS)), unit)
    written = _written(value, estimate.low / scale, estimate.high / scale)
    number, low, high = (
        Number(one, written(one / scale)) for one in (estimate.value, estimate.low, estimate.high)
    )
    return Shown(number, unit, low, high, is_too_wide)


def _written(value: float, low: float, high: float) -> Callable[[float], str]:
    """How an estimate's value and ends are written, with the decimals that all of them share."""
    half_width = abs(high - low) / 2
    far = half_width > abs(value) or max(abs(low), abs(high)) > 3 * abs(value)
    if far or not _is_handy(value):  # they share no sensible decimals
        return lambda one: _plain(one, 2)
    decimals = _decimals(value, half_width)
    return lambda one: fixed(one, decimals)


def _decimals(value: float, half_width: float) -> int:
    """One digit of the half-width (two where it starts with 1), 2 to 4 digits of the value."""
    least, most = decimals_for(value, 2), decimals_for(value, MOST_DIGITS)
    if abs(value) < ALL_DIGITS:
        least, most = max(least, 0), max(most, 0)
    if half_width <= 0:
        return most
    leads_with_one = f"{half_width:e}".startswith("1")
    return min(max(decimals_for(half_width, 2 if leads_with_one else 1), least), most)
