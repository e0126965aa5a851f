"""Numbers as people read them: units that fit, digits no finer than the interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.findings.intervals import Estimate

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
WIDE = 1.2  # an interval whose ends are farther apart belongs into the sentence
TOO_WIDE = 3.0  # and one whose ends are farther apart still tells no size
TOO_FEW = "too few blocks to say"
PLAIN_DIGITS = 3  # significant digits where there is no interval to go by
MOST_DIGITS = 4
MEBI = 2**20
SMALLEST, LARGEST = 1e-4, 1e6  # beyond, numbers are written with an exponent
MINUS = "\u2212"


@dataclass(frozen=True)
class Shown:
    """An estimate as text: ``text`` and the interval's ends share decimals and ``unit``."""

    text: str
    low: str | None
    high: str | None
    unit: str
    is_too_wide: bool = False

    @property
    def interval(self) -> str | None:
        """``[low, high]``, or that it is too wide to be one; None where there is none."""
        if self.low is None:
            return None
        return TOO_FEW if self.is_too_wide else f"[{self.low}, {self.high}]"

    @property
    def aside(self) -> str:
        """The interval behind the number in a sentence, with the space before it."""
        return f" ({TOO_FEW})" if self.is_too_wide else f" {self.interval}" if self.interval else ""

    @property
    def span(self) -> str:
        """The interval in a sentence as words, such as `` (1.2 to 1.4)``, or nothing."""
        if self.low is None:
            return ""
        return f" ({TOO_FEW})" if self.is_too_wide else f" ({self.low} to {self.high})"

    def __str__(self) -> str:
        return f"{self.text} {self.unit}".strip()


def shown_seconds(estimate: Estimate) -> Shown:
    """``estimate`` seconds in the unit that keeps its value between 1 and 1000."""
    scale, unit = unit_of(estimate.value)
    return _shown(estimate, scale, unit)


def shown_ratio(estimate: Estimate) -> Shown:
    """``estimate`` without a unit."""
    return _shown(estimate, 1.0, "")


def is_wide(estimate: Estimate) -> bool:
    """Whether a sentence that leaves the interval out would claim too much."""
    low, high = estimate.low, estimate.high
    return low is not None and high is not None and high > WIDE * low


def is_too_wide(estimate: Estimate) -> bool:
    """Whether the ends are more than a factor of 3 apart; never of a difference below 0."""
    low, high = estimate.low, estimate.high
    return low is not None and high is not None and low >= 0 and high > TOO_WIDE * low


def shown_amount(estimate: Estimate, unit: str) -> Shown:
    """``estimate`` in a ``unit`` such as B/s, with the prefix that keeps it from 1 to 1000."""
    scale, prefix = next((p for p in PREFIXES if estimate.value >= 0.9995 * p[0]), PREFIXES[-1])
    return _shown(estimate, scale, prefix + unit)


def seconds_text(seconds: float) -> str:
    """A duration without an interval, such as ``14.5 ms``."""
    return str(shown_seconds(Estimate(seconds, None, None, 1)))


def unit_of(seconds: float) -> tuple[float, str]:
    """(seconds in the unit, its name); a value that would round up to 1000 takes the next."""
    return next((u for u in UNITS if abs(seconds) >= 0.9995 * u[0]), UNITS[-1])


def plain(value: float | None, digits: int = PLAIN_DIGITS) -> str:
    """A number in ``digits`` significant digits, with an exponent only where it is far from 1."""
    if value is None or not math.isfinite(value):
        return "none" if value is None or math.isnan(value) else str(value)
    if not _is_handy(value):
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return fixed(value, decimals_for(value, digits))


def fixed(value: float, decimals: int) -> str:
    """``value`` with that many decimals, negative ones rounding tens; the minus is a minus."""
    rounded = round(value, decimals)
    return f"{rounded if rounded else 0.0:.{max(decimals, 0)}f}".replace("-", MINUS)


def mebibytes(n_bytes: float) -> str:
    """Bytes as so many MiB, to two digits."""
    return plain(n_bytes / MEBI, 2)


def percent(fraction: float) -> str:
    """A fraction as per cent, such as ``6.2 %``."""
    return f"{plain(100 * fraction, 2)} %"


def difference(ratio: float) -> str:
    """How far a ratio above 1 is from it: ``6.2 %``, or from 2 on ``a factor of 2.4``."""
    return percent(ratio - 1) if ratio < 2 else f"a factor of {plain(ratio, 2)}"


def times_as_fast(ratio: Estimate) -> str:
    """How many times as fast a ``ratio`` of times is; with its interval where that is wide."""
    if ratio.low is None or ratio.high is None:
        return f"{shown_ratio(Estimate(1 / ratio.value, None, None, ratio.n)).text} times"
    shown = shown_ratio(Estimate(1 / ratio.value, 1 / ratio.high, 1 / ratio.low, ratio.n))
    return f"{shown.text} times{shown.span if is_wide(ratio) else ''}"


def ratio_text(ratio: Estimate, times: str = "") -> str:
    """A ratio and its interval, such as ``3.94 times [3.90, 3.98]``, or that nothing says it."""
    if is_too_wide(ratio):
        return TOO_FEW
    shown = shown_ratio(ratio)
    return " ".join(part for part in (shown.text, times, shown.interval) if part)


def decimals_for(value: float, digits: int) -> int:
    """The decimals that show ``digits`` significant digits of ``value``; below 0 for tens."""
    return digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])


def _is_handy(value: float) -> bool:
    """Whether ``value`` is written without an exponent."""
    return value == 0 or SMALLEST <= abs(value) < LARGEST


def _shown(estimate: Estimate, scale: float, unit: str) -> Shown:
    value = estimate.value / scale
    if estimate.low is None or estimate.high is None:
        return Shown(plain(value), None, None, unit)
    low, high = estimate.low / scale, estimate.high / scale
    half_width = abs(high - low) / 2
    far = half_width > abs(value) or max(abs(low), abs(high)) > 3 * abs(value)
    if far or not _is_handy(value):  # they share no sensible decimals
        return Shown(plain(value, 2), plain(low, 2), plain(high, 2), unit, is_too_wide(estimate))
    decimals = _decimals(value, half_width)
    ends = fixed(low, decimals), fixed(high, decimals)
    return Shown(fixed(value, decimals), *ends, unit, is_too_wide(estimate))


def _decimals(value: float, half_width: float) -> int:
    """One digit of the half-width (two where it starts with 1), 2 to 4 digits of the value."""
    least, most = max(decimals_for(value, 2), 0), max(decimals_for(value, MOST_DIGITS), 0)
    if half_width <= 0:
        return most
    leads_with_one = f"{half_width:e}".startswith("1")
    return min(max(decimals_for(half_width, 2 if leads_with_one else 1), least), most)
